package kafka_test

import (
	"path/filepath"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tocsin/consumer"
	"tocsin/consumer/kafka"
	"tocsin/state"
)

// The rights that deploy/kafka names, and no others.
func TestTheRightsThatAreAskedForAreEnough(t *testing.T) {
	right := func(resource kmsg.ACLResourceType, name string, operation kmsg.ACLOperation) kfake.ACL {
		return kfake.ACL{Resource: resource, Name: name, Pattern: kmsg.ACLResourcePatternTypeLiteral, Operation: operation, Allow: true}
	}
	run := []kfake.ACL{
		right(kmsg.ACLResourceTypeTopic, invoices, kmsg.ACLOperationRead),
		right(kmsg.ACLResourceTypeGroup, "tocsin", kmsg.ACLOperationRead),
		right(kmsg.ACLResourceTypeTopic, "tocsin.alerts.v1", kmsg.ACLOperationWrite),
	}
	prefix := right(kmsg.ACLResourceTypeTransactionalId, "tocsin-import", kmsg.ACLOperationWrite)
	prefix.Pattern = kmsg.ACLResourcePatternTypePrefixed
	load := []kfake.ACL{right(kmsg.ACLResourceTypeTopic, invoices, kmsg.ACLOperationWrite), prefix}
	g := newGuarded(t, kfake.EnableSASL(), kfake.EnableACLs(), kfake.Superuser(kafka.Plain, "admin", "admin"),
		kfake.User(kafka.Plain, "tocsin", "p", run...), kfake.User(kafka.Plain, "loader", "p", load...))
	password := secretFile(t, filepath.Join(t.TempDir(), "password"), "p")
	as := func(user string) *kafka.Security {
		return openSecurity(t, kafka.SecurityConfig{SASL: kafka.SASLConfig{Mechanism: kafka.Plain, User: user, PasswordFile: password}}, &logged{})
	}
	tx, err := kafka.OpenTransaction(t.Context(), kafka.TransactionConfig{Brokers: g.ListenAddrs(), Security: as("loader")}, "tocsin-import erp")
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.Send(t.Context(), []kafka.Message{{Topic: invoices, Key: "C-1", Value: []byte("{}"), Timestamp: wall()}}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, newPositions(), g.config(as("tocsin")))
	r.until(t, "the event", r.has(1))
	part := consumer.Partition{Topic: invoices}
	if ends, err := r.Ends(t.Context()); err != nil || ends.Next[part] != 2 {
		t.Errorf("got ends %v and %v, want 2 behind the event and its marker", ends.Next, err)
	}
	r.Mirror(t.Context(), map[consumer.Partition]int64{part: 2})
	if err := r.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if got := r.log.count("WARN"); got != 0 {
		t.Errorf("got %d warnings, want none:\n%s", got, r.log.text.String())
	}
	publisher, err := kafka.OpenPublisher(kafka.PublisherConfig{
		Brokers: g.ListenAddrs(), Security: as("tocsin"), Alerts: "tocsin.alerts.v1", Tasks: "t", DeadLetters: "d",
	}, &unpublished{rows: []state.Publication{{ID: 1, Alert: &state.AlertRow{ID: "a", Seq: 1, Customer: "C-1", Body: []byte("{}")}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer publisher.Close()
	if done, err := publisher.Publish(t.Context()); done != 1 || err != nil {
		t.Errorf("publish: got %d and %v, want 1", done, err)
	}
}
