#!/usr/bin/env bash
# Makes the topics, and brings those that are there to what Tocsin needs of them. It may be run as often as one likes:
#
#   BROKERS=kafka-1:9092 [PARTITIONS=12] [REPLICAS=3] [COMMAND_CONFIG=client.properties] deploy/kafka/topics.sh
#
# with Kafka's own tools in PATH, or in BIN. Names are those of the default configuration.
set -euo pipefail

: "${BROKERS:?host:port of some brokers}"
PARTITIONS=${PARTITIONS:-12}
REPLICAS=${REPLICAS:-3}
BIN=${BIN:+$BIN/}

tool() {
	local name=$1
	shift
	"$BIN$name" --bootstrap-server "$BROKERS" ${COMMAND_CONFIG:+--command-config "$COMMAND_CONFIG"} "$@"
}

there=$(tool kafka-topics.sh --list)
has() { grep -Fqx "$1" <<< "$there"; }
create() {
	local topic=$1
	shift
	tool kafka-topics.sh --create --if-not-exists --topic "$topic" --partitions "$PARTITIONS" --replication-factor "$REPLICAS" "$@"
}

# On which day an event counts is for the broker to say, not for a publisher's clock; and none may vanish under a later one of its customer.
inputs="credit.orders.v1 credit.invoices.v1 credit.payments.v1 credit.registry.v1 credit.customers.v1 credit.fx.v1"
for topic in $inputs; do
	if has "$topic"; then
		tool kafka-configs.sh --alter --entity-type topics --entity-name "$topic" \
			--add-config message.timestamp.type=LogAppendTime,cleanup.policy=delete
	else
		create "$topic" --config message.timestamp.type=LogAppendTime --config cleanup.policy=delete
	fi
done
# What Tocsin sends itself is of no use later; but what is gone before a run has read it would be a gap that a person has to accept.
has tocsin.canary.v1 || PARTITIONS=1 create tocsin.canary.v1 --config message.timestamp.type=LogAppendTime --config retention.ms=2592000000
for topic in tocsin.alerts.v1 tocsin.tasks.v1 tocsin.dlq.v1; do
	has "$topic" || create "$topic"
done
