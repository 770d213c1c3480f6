package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/consumer/contract"
	"tocsin/consumer/kafka"
	"tocsin/detectors"
	"tocsin/state"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// publishedSchema is a schema of the AsyncAPI document.
func publishedSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(contract.Guide{}.AsyncAPI()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("urn:asyncapi", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("urn:asyncapi#/components/schemas/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func checkRecord(t *testing.T, schema *jsonschema.Schema, record string) {
	t.Helper()
	tree, err := jsonschema.UnmarshalJSON(strings.NewReader(record))
	if err != nil {
		t.Fatalf("%s: %v", record, err)
	}
	if err := schema.Validate(tree); err != nil {
		t.Errorf("%s: not valid by what is published: %v", record, err)
	}
	for name := range tree.(map[string]any) {
		if schema.Properties[name] == nil {
			t.Errorf("%s: %s is not in what is published", record, name)
		}
	}
}

// A customer orders far beyond its limit: what the backtest writes is what the AsyncAPI document says of alerts.
func TestAlertRecordsAreAsPublished(t *testing.T) {
	file := filepath.Join(t.TempDir(), "events.ndjson")
	const head = `{"specversion":"1.0","source":"urn:a","subject":"C-1","time":"2026-01-05T09:00:00Z","data":{"customer_id":"C-1","revision":1,`
	events := head + `"limit_id":"L-1","kind":"base","amount":{"amount":"1000.00","currency":"EUR"},"valid_from_date":"2026-01-05"},"id":"1","type":"tocsin.limit.set.v1"}` + "\n" +
		head + `"order_id":"SO-1","order_date":"2026-01-05","gross":{"amount":"5000.00","currency":"EUR"}},"id":"2","type":"tocsin.order.placed.v1"}` + "\n"
	if err := os.WriteFile(file, []byte(events), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	p := &process{t.Context(), nil, strings.NewReader(""), &out, &errs}
	if code := run(p, []string{"backtest", "--events", file, "--alerts", "-"}); code != exitGood {
		t.Fatalf("got exit code %d: %s", code, errs.String())
	}
	schema, records := publishedSchema(t, "alert"), 0
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, `{"alert_id"`) {
			checkRecord(t, schema, line)
			records++
		}
	}
	if records == 0 {
		t.Errorf("got no alert: %s", out.String())
	}
}

func TestTaskRecordsAreAsPublished(t *testing.T) {
	schema := publishedSchema(t, "task")
	euro, _ := state.ParseCurrency("EUR")
	for _, change := range []alerts.TaskChange{
		{TaskID: "t", Seq: 1, Customer: "C-1", State: alerts.TaskOpen, Acknowledge: 1_795_438_800_000_000_000, ChangedAt: 1},
		{TaskID: "t", Seq: 2, Customer: "C-1", State: alerts.TaskDecided, Severity: detectors.Critical, Owner: "l.wei", Due: 1_795_438_800_000_000_000,
			Alerts: []string{"a"}, Recommended: []string{"hold_orders"}, MoneyAtRisk: state.Money{Minor: 500, Currency: euro},
			Decision: "hold_orders", ReasonCode: "data", NextReview: state.DateOf(2026, 2, 1), By: "l.wei", ChangedAt: 2},
	} {
		checkRecord(t, schema, string(change.AppendJSON(nil)))
	}
}

func TestDeadLettersHaveThePublishedHeaders(t *testing.T) {
	published := string(contract.Guide{}.AsyncAPI())
	for _, header := range []string{
		kafka.HeaderCode, kafka.HeaderDetail, kafka.HeaderTopic, kafka.HeaderPartition, kafka.HeaderOffset, kafka.HeaderTimestamp,
		kafka.HeaderVersion, kafka.HeaderOmitted,
	} {
		if !strings.Contains(published, `"`+header+`": {`) {
			t.Errorf("%s is not published", header)
		}
	}
}

func TestTheContractsTopicsAreTheDefaults(t *testing.T) {
	names := defaultConfig().Kafka.Topics.names()
	topics := append(contract.Topics(), contract.OutTopics()...)
	for _, topic := range topics {
		if names[topic.Setting] != topic.Name {
			t.Errorf("%s: got %q, want %q", topic.Setting, names[topic.Setting], topic.Name)
		}
	}
	if len(names) != len(topics) {
		t.Errorf("got %d topics in the configuration, %d in the contract", len(names), len(topics))
	}
}

// Every command that the guide tells of can be typed.
func TestEveryCommandOfTheGuideIsOne(t *testing.T) {
	told := regexp.MustCompile("(?m)(?:^|`)tocsin ([a-z][^`|\n]*)").FindAllStringSubmatch(string(contract.Guide{}.Markdown()), -1)
	if len(told) < 5 {
		t.Errorf("got %d commands, want at least 5", len(told))
	}
	for _, m := range told {
		args := strings.Fields(m[1])
		if args[len(args)-1] == "check" {
			args = append(args, "events.ndjson") // the command as such is spoken of
		}
		parser, err := newParser(new(commands), io.Discard, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(args); err != nil {
			t.Errorf("tocsin %s: %v", m[1], err)
		}
	}
}
