package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/consumer/kafka"
	"tocsin/state"
)

// refused has a run read records that it does not understand: orders under a publisher's own name, and one that nobody understands.
func (l *pipeline) refused(t *testing.T, orders int) {
	t.Helper()
	messages := []kafka.Message{{Topic: l.config.Kafka.Topics.Orders, Key: "C-\x1b[31mred", Value: []byte("{\n  \"specversion\": ?"), Timestamp: l.now()}}
	for i := range orders {
		messages = append(messages, kafka.Message{Topic: l.config.Kafka.Topics.Orders, Key: fmt.Sprint("C-", i), Timestamp: l.now(), Value: fmt.Appendf(nil,
			`{"specversion":"1.0","id":"SO-%d/1","source":"urn:erp","type":"acme.order","subject":"C-%d","time":"%v","data":{"customer_id":"C-%d",
			"revision":1,"order_id":"SO-%d","order_date":"%v","gross":{"amount":"100.00","currency":"EUR"}}}`, i, i, l.now(), i, i, l.today)})
	}
	l.send(t, messages...)
}

// mended is a configuration that knows the publisher's name.
func mended(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mended.yaml")
	if err := os.WriteFile(file, []byte("types: {acme.order: tocsin.order.placed.v1}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// placeIn is where the record with a key was refused.
func (l *pipeline) placeIn(t *testing.T, key string) string {
	t.Helper()
	place := ""
	err := eachRefused(t.Context(), l.store, func(r *state.Refused) error {
		if string(r.Key) == key {
			place = placeOf(&r.DeadLetter)
		}
		return nil
	})
	if err != nil || place == "" {
		t.Fatalf("no record of %s was refused, %v", key, err)
	}
	return place
}

// Refused records are listed, shown, and accepted after all beside the run that refused them, once the configuration is mended.
func TestRefusedRecordsAreListedShownAndReplayed(t *testing.T) {
	for name, location := range map[string]func(t testing.TB) string{"file": nil, "PostgreSQL": newDatabase} {
		t.Run(name, func(t *testing.T) {
			l := newPipeline(t)
			if location != nil {
				l.config.StoreURL = location(t)
			}
			l.refused(t, 3)
			stop := l.start(t)
			await(t, "all is read", func() bool { return l.caughtUp(t) })
			l.says(t, exitGood, "dlq ls", "  type_unknown  C-0 ", "  json  ", "\n4 refused: type_unknown 3, json 1\n")
			l.says(t, exitGood, "dlq", "4 refused")
			l.says(t, exitGood, "dlq ls --code json --since 2026-06-30 --until 2026-07-01T00:00:00Z", "\n1 refused: json 1\n")
			l.says(t, exitGood, "dlq ls --key C-1", "\n1 refused: type_unknown 1\n")
			l.says(t, exitGood, "dlq ls --topic none", "0 refused\n")
			l.says(t, exitGood, "dlq ls --limit 1 --output json", `"key":"C-`, `{"records":4,"codes":{"json":1,"type_unknown":3}}`)
			l.says(t, exitUsage, "dlq ls --since tomorrow", "--since: \"tomorrow\" is neither a date")

			red, first := l.placeIn(t, "C-\x1b[31mred"), l.placeIn(t, "C-0")
			l.says(t, exitGood, "dlq show "+red, "code       json\n", "key        C-·[31mred\n", "\n\n{\n  \"specversion\": ?\n")
			l.says(t, exitGood, "dlq show "+first, "pointer    /type\n", `"type":"acme.order"`)
			l.says(t, exitGood, "dlq show --output json "+red, `"value":"{\n  \"specversion\": ?"`)
			l.says(t, exitFinding, "dlq show nowhere/0@0", "no record was refused at nowhere/0@0")
			l.says(t, exitUsage, "dlq show nowhere", "TOPIC/PARTITION@OFFSET")

			l.says(t, exitFinding, "dlq replay --apply "+first, first+"  refused still: type_unknown /type", "1 tried, 1 refused\n")
			with := " --by l.wei --config " + mended(t)
			l.says(t, exitFinding, "dlq replay"+with, first+"  accepted\n", red+"  refused still: json", "4 tried, 3 accepted, 1 refused; nothing was written: --apply does it\n")
			if l.reads(t, "C-0") {
				t.Error("a dry run has written")
			}
			l.says(t, exitGood, "dlq replay --apply --key C-0"+with, first+"  accepted\n1 tried, 1 accepted\n")
			l.says(t, exitFinding, "dlq replay --apply --output json"+with, `"outcome":"refused","before":false,"code":"json"`, `{"tried":3,"outcomes":{"accepted":2,"refused":1},"applied":true}`)
			l.says(t, exitFinding, "dlq replay --apply"+with, "1 tried, 1 refused\n")
			l.says(t, exitGood, "dlq replay --apply "+first+with, first+"  accepted (by an earlier replay)\n")
			l.says(t, exitGood, "dlq ls", "\n1 refused: json 1\n")
			l.says(t, exitGood, "dlq ls --all", " (replayed by l.wei at 20", ": accepted)", "\n4 refused: ")
			l.wantOnce(t, 3)
			stop()
		})
	}
}

// wantOnce checks that each order is in its customer's journal once.
func (l *pipeline) wantOnce(t *testing.T, orders int) {
	t.Helper()
	for i := range orders {
		id := state.CustomerID(fmt.Sprint("C-", i))
		rows, err := l.store.Rows(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		events := 0
		for _, row := range rows {
			applied, err := state.DecodeApplied(row.Applied)
			if err != nil {
				t.Fatal(err)
			}
			events += len(applied.Events)
		}
		if events != 1 {
			t.Errorf("%s has %d events in %d rows, want its order once", id, events, len(rows))
		}
	}
}

// leftRefused is how many records are refused and not replayed yet.
func (l *pipeline) leftRefused(t *testing.T) (left int) {
	t.Helper()
	code, out := l.by(t, "dlq ls --limit 1")
	if _, err := fmt.Sscanf(out[strings.Index(out, "\n")+1:], "%d refused", &left); code != exitGood || err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return left
}

// A replay that is killed again and again, each time after it has done some more, leaves what an undisturbed one leaves.
func TestAKilledReplayIsBegunAgain(t *testing.T) {
	const orders = 300
	l := newPipeline(t)
	l.refused(t, orders)
	stop := l.start(t)
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	stop()
	config := mended(t)
	left, between := l.leftRefused(t), 0 // how many kills came when some were done and some were not
	for kill := 0; kill < 8 && left > 1; kill++ {
		command := exec.CommandContext(t.Context(), "tocsin", "dlq", "replay", "--apply", "--config", config)
		command.Env = append(os.Environ(), "TOCSIN_STORE_URL="+l.config.StoreURL)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		await(t, "some more are done", func() bool { return l.leftRefused(t) < left })
		if err := command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait()
		if left = l.leftRefused(t); left > 1 {
			between++
		}
	}
	if between == 0 {
		t.Fatal("all was done before the first kill, want kills between")
	}
	l.says(t, exitFinding, "dlq replay --apply --config "+config, "refused still: json")
	l.says(t, exitGood, "dlq ls", "\n1 refused: json 1\n")
	store, err := l.config.openStore(t.Context(), readStore)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // nothing was written
	l.store = store
	l.wantOnce(t, orders)
}
