# Everything needs only Go and make, and the tests a PostgreSQL server. What is downloaded or built stays in bin/, .tools/ and
# Go's own caches.

GOLANGCI_VERSION := v2.15.0
GOLANGCI         := .tools/golangci-lint-$(GOLANGCI_VERSION)
PACKAGES         ?= ./...

# Nothing here is C: a machine without a compiler builds the same binary.
export CGO_ENABLED ?= 0

.DEFAULT_GOAL := help
.PHONY: help build demo test test-examples test-kafka test-release release chaos postgres test-prometheus lint bench bench-live bench-peers test-faults slack-preview slack-types grafana-preview grafana-types clean

help: ## Show what can be made.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build bin/tocsin.
	go build -trimpath -o bin/tocsin ./cmd/tocsin

demo: build ## Show a portfolio deteriorate, live. ARGS=--fast plays a year and ends.
	@exec bin/tocsin demo --dir .demo $(ARGS)

test: ## Run every test. RAPID_CHECKS=20000 asks more of the properties.
	-@state/postgres/pgtest/install.sh
	go test -timeout 30m $(PACKAGES)

test-examples: ## Run the examples for publishers in three languages, with what they need: on Debian, as root.
	@deploy/examples/publishers/install.sh .tools/publishers
	go test -tags examples -count=1 -run Examples ./cmd/tocsin

test-kafka: ## Run what speaks Kafka on Apache Kafka, not kfake, with what it needs: on Debian, as root.
	-@state/postgres/pgtest/install.sh
	@consumer/kafka/kafkatest/install.sh .tools/kafka
	go test -tags kafka -count=1 ./consumer/kafka/...
	go test -tags kafka -count=1 -run OverACluster ./cmd/tocsin

release: ## Build dist/tocsin-VERSION-OS-ARCH.tar.gz: a static binary, README and deploy. VERSION=v1.2.3
	@.ci/release

test-release: ## Go from a release archive to a running service by the words of deploy/README.md, and check the unit, with what that needs.
	-@state/postgres/pgtest/install.sh
	@consumer/kafka/kafkatest/install.sh .tools/kafka
	deploy/systemd/check.sh
	go test -tags release,kafka -count=1 -v -run TestFromAnArchive ./cmd/tocsin

chaos: ## Kill, stop and cut off three processes sixty times while they read 200,000 events of Apache Kafka. SEED=2 is another run.
	-@state/postgres/pgtest/install.sh
	@consumer/kafka/kafkatest/install.sh .tools/kafka
	CHAOS_EVENTS=$${CHAOS_EVENTS:-200000} CHAOS_INSTANCES=$${CHAOS_INSTANCES:-3} CHAOS_FAULTS=$${CHAOS_FAULTS:-60} \
	go test -tags chaos,kafka -count=1 -timeout 60m -v -run Chaos ./cmd/tocsin

postgres: ## Install the PostgreSQL server that tests run, where it is missing: on Debian, as root.
	@state/postgres/pgtest/install.sh

test-prometheus: build ## Check rules and alerts, and have a Prometheus scrape a demo, with what that needs: on Debian, as root.
	@.ci/prometheus/install.sh
	@.ci/prometheus/check
	@.ci/prometheus/live

test-faults: ## Stop each part of a service under load, half an hour, and see that a Prometheus tells which: FAULTS=broker,Slack for some.
	-@state/postgres/pgtest/install.sh
	@consumer/kafka/kafkatest/install.sh .tools/kafka
	@.ci/prometheus/install.sh
	go test -tags faults,kafka -count=1 -timeout 60m -v -run TestStopAnyPart ./cmd/tocsin

slack-preview: build ## Draw Slack messages as pictures in .tools/slack-preview, with what that needs: on Debian, as root.
	@.ci/slack-preview/install.sh
	@.ci/slack-preview/draw

slack-types: ## Check Slack messages against the types that Slack publishes, with npm.
	@.ci/slack-types/check

grafana-preview: ## Draw the dashboards as they were in the last test-faults, in .tools/grafana-preview: on Debian, as root.
	@.ci/slack-preview/install.sh
	@.ci/grafana-preview/draw

grafana-types: ## Check dashboards against the types that Grafana publishes, with npm.
	@.ci/grafana-types/check

lint: $(GOLANGCI) ## Check formatting, vet, and run the linters.
	@unformatted="$$(gofmt -l $$(go list -f '{{.Dir}}' ./...))"; \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(GOLANGCI) run ./...

bench: ## Run the benchmarks that stand beside the code. SIGNALS_SCALE=1 replays 20 million events twice, not 2.
	go test -timeout 60m -run '^$$' -bench . -benchmem $(PACKAGES)

bench-live: ## Measure from the broker to committed PostgreSQL. ROUNDS=5; BROKER=kafka for Apache Kafka, which test-kafka installs.
	-@state/postgres/pgtest/install.sh
	go test -tags "live $(BROKER)" -timeout 60m -run '^$$' -v -bench 'Live$$' -benchtime $(or $(ROUNDS),5)x ./cmd/tocsin
	go test -tags "live $(BROKER)" -timeout 30m -run '^$$' -v -bench 'LivePace$$' -benchtime $(or $(ROUNDS),5)x ./cmd/tocsin
	go test -tags "live $(BROKER)" -timeout 30m -run '^$$' -v -bench LiveLargeCustomer -benchtime 500x ./cmd/tocsin
	go test -tags "live $(BROKER)" -timeout 30m -run '^$$' -v -bench LiveRecovery -benchtime $(or $(ROUNDS),5)x ./cmd/tocsin
	go test -tags live -timeout 30m -run '^$$' -v -bench LiveAlone -benchtime $(or $(ROUNDS),5)x ./cmd/tocsin
	go test -tags live -timeout 30m -run '^$$' -v -bench LiveDigest -benchtime $(or $(ROUNDS),5)x ./cmd/tocsin

bench-peers: ## Measure beside Kafka Streams and Flink, where ../shared/peers has them.
	-@state/postgres/pgtest/install.sh
	@.ci/bench-peers

clean: ## Remove what was built, and the demo's data.
	rm -rf bin dist .demo .tools

$(GOLANGCI):
	GOBIN="$(CURDIR)/.tools" go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv .tools/golangci-lint $@
