package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/consumer/contract"
	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state"
)

// forged is in every event of a transaction that is given up.
const forged = "FORGED"

// publish sends a day's events in the order in which they became known, with something that happens when half of them are sent.
func (r *rehearsal) publish(t *testing.T, day state.Date, amid func()) {
	t.Helper()
	r.clock.set(t, (day+1).Start(r.zone())-1)
	events := r.portfolio.Day(day)
	slices.SortStableFunc(events, func(a, b state.Event) int { return cmp.Compare(a.KnownAt, b.KnownAt) })
	var messages []kafka.Message
	for i := range events {
		ev := &events[i]
		messages = append(messages, r.message(ev))
		if r.random.IntN(20) == 0 {
			messages = append(messages, r.message(ev)) // comes twice
		}
	}
	if r.random.IntN(4) == 0 {
		last := (day + 1).Start(r.zone()) - state.Instant(time.Millisecond)
		messages = append(messages, kafka.Message{Topic: r.config.Kafka.Topics.Payments, Key: "C-1", Value: fmt.Appendf(nil, `{"day":%d,`, day), Timestamp: last})
		r.refused++
	}
	half := len(messages) / 2
	for i := 0; i < len(messages); {
		if amid != nil && i >= half {
			amid()
			amid = nil
		}
		next := min(len(messages), i+1+r.random.IntN(40))
		r.send(t, messages[i:next])
		i = next
	}
}

func (r *rehearsal) message(ev *state.Event) kafka.Message {
	return kafka.Message{Topic: r.config.Kafka.Topics.of(ev), Key: keyOf(ev), Value: contract.Encode(ev), Timestamp: ev.KnownAt}
}

// send hands messages to one of the writers. Those of a partition are there in the order in which they were known, whoever sent
// them.
func (r *rehearsal) send(t *testing.T, messages []kafka.Message) {
	t.Helper()
	r.sent += len(messages)
	switch r.random.IntN(4) {
	case 0: // keys, and so partitions, that are not the customers'
		for i := range messages {
			messages[i].Key = fmt.Sprint(r.random.IntN(8))
		}
	case 1:
		tx := r.begin(t)
		must(t, tx.Send(t.Context(), messages))
		must(t, tx.Commit(t.Context()))
		return
	case 2:
		tx := r.begin(t)
		must(t, tx.Send(t.Context(), r.forgeries(messages[0].Timestamp)))
		must(t, tx.Abort(t.Context()))
	}
	must(t, r.producer.Send(t.Context(), messages))
}

func (r *rehearsal) begin(t *testing.T) *kafka.Transaction {
	t.Helper()
	tx, err := kafka.OpenTransaction(t.Context(), kafka.TransactionConfig{Brokers: r.config.Kafka.Brokers}, "erp")
	must(t, err)
	return tx
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// forgeries would bring every customer over his limit.
func (r *rehearsal) forgeries(known state.Instant) (messages []kafka.Message) {
	for _, customer := range r.customers {
		messages = append(messages, kafka.Message{
			Topic: r.config.Kafka.Topics.Invoices, Key: customer, Timestamp: known, Value: []byte(invoiceOf(customer, forged+fmt.Sprint(r.sent), 9_000_000, known)),
		})
	}
	return messages
}

// invoiceOf is an invoice as an event on one line.
func invoiceOf(customer, number string, amount int, at state.Instant) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":"%s/1","source":"urn:acme:billing","type":"tocsin.invoice.issued.v1","subject":"%s","time":"%s","data":%s}`,
		number, customer, at, invoiceData(customer, number, amount, at))
}

func invoiceData(customer, number string, amount int, at state.Instant) string {
	day := at.Date(time.UTC)
	return fmt.Sprintf(`{"customer_id":"%s","revision":1,"invoice_id":"%s","issue_date":"%s","due_date":"%s","total":{"amount":"%d.00","currency":"EUR"}}`,
		customer, number, day, day+30, amount)
}

// lineOf is a record as a line of a file of events: the document, or the one that its headers and value make, with the record's
// timestamp as its recordedtime. What is no document stays as it is.
func lineOf(t *testing.T, record kafkatest.Record) []byte {
	t.Helper()
	document := make(map[string]json.RawMessage)
	if _, binary := record.Headers["ce_specversion"]; binary {
		document["data"] = record.Value
		for key, value := range record.Headers {
			if attribute, found := strings.CutPrefix(key, "ce_"); found {
				document[attribute] = fmt.Appendf(nil, "%q", value)
			}
		}
	} else if json.Unmarshal(record.Value, &document) != nil {
		return record.Value
	}
	document["recordedtime"] = fmt.Appendf(nil, "%q", state.InstantOf(record.Timestamp))
	line, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// present lets others publish what happens now, and waits until the day is closed. It goes to a topic that has records stamped by
// its brokers; Apache Kafka does that, and the writer's own timestamp does not count.
func (r *rehearsal) present(t *testing.T) {
	t.Helper()
	topic, began := r.config.Kafka.Topics.FX, wallClock()
	stamp := began
	if kafkatest.Apache {
		stamp -= state.Instant(30 * 24 * time.Hour)
	}
	r.clock.set(t, began)
	for i, customer := range r.customers[:6] {
		value := []byte(invoiceOf(customer, "NOW-"+customer, 1000+400_000*(i%2), began))
		r.sent++
		must(t, r.producer.Send(t.Context(), []kafka.Message{{Topic: topic, Key: customer, Value: value, Timestamp: stamp}}))
	}
	for _, o := range r.outsiders(t, topic) {
		r.sent += o.publish(t, r)
	}
	last := wallClock()
	r.clock.set(t, last)
	for _, record := range r.cluster.Read(t, topic) {
		if at := state.InstantOf(record.Timestamp); at < began-1e6 || at > last {
			t.Errorf("%s is stamped %v, want when its broker got it, from %v to %v", record.Value, at, began, last)
		}
	}
	closes := last.Date(r.zone())
	r.clock.set(t, (closes+1).Start(r.zone())+state.Instant(r.config.Ledger.CloseDelay))
	r.await(t, closes+1)
}
