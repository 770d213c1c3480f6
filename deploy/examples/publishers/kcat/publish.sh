#!/bin/sh
# Publishes one invoice to Tocsin: publish.sh BROKERS [TOPIC]. With - for BROKERS it prints the event instead.
set -eu
brokers=$1 topic=${2:-credit.invoices.v1}

customer=C-104822
number=INV-$(date -u +%Y%m%d)-1
revision=1 # one more for each correction: the whole invoice again, under the same number
due=$(date -u -d '+30 days' +%F 2> /dev/null || date -u -v+30d +%F)

# On one line. The id is the same however often this invoice is sent, so a repeat changes nothing.
event() {
	printf '%s' '{"specversion":"1.0","id":"'"$number/$revision"'","source":"urn:acme:billing","type":"tocsin.invoice.issued.v1",' \
		'"subject":"'"$customer"'","time":"'"$(date -u +%FT%TZ)"'","datacontenttype":"application/json",' \
		'"data":{"customer_id":"'"$customer"'","revision":'"$revision"',"invoice_id":"'"$number"'","issue_date":"'"$(date -u +%F)"'",' \
		'"due_date":"'"$due"'","total":{"amount":"18420.50","currency":"EUR"}}}'
}

if [ "$brokers" = - ]; then
	event
	echo
	exit
fi
# Left to itself kcat spreads keys in another way than Java's clients do: murmur2_random is theirs.
event | kcat -P -b "$brokers" -t "$topic" -k "$customer" -H content-type=application/cloudevents+json \
	-X partitioner=murmur2_random -X enable.idempotence=true -X message.timeout.ms=30000
