package kafka_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tocsin/consumer/kafka"
)

// Who may not see a topic or join the group is told so, and who is not let in at all is told that alone.
func TestAnExaminationTellsWhatAUserMay(t *testing.T) {
	right := func(resource kmsg.ACLResourceType, name string, operation kmsg.ACLOperation) kfake.ACL {
		return kfake.ACL{Resource: resource, Name: name, Pattern: kmsg.ACLResourcePatternTypeLiteral, Operation: operation, Allow: true}
	}
	g := newGuarded(t, kfake.EnableSASL(), kfake.EnableACLs(), kfake.Superuser(kafka.Plain, "admin", "admin"),
		kfake.User(kafka.Plain, "tocsin", "p", right(kmsg.ACLResourceTypeTopic, invoices, kmsg.ACLOperationRead)),
		kfake.User(kafka.Plain, "member", "p", right(kmsg.ACLResourceTypeTopic, invoices, kmsg.ACLOperationRead), right(kmsg.ACLResourceTypeGroup, "tocsin", kmsg.ACLOperationRead)))
	password := secretFile(t, filepath.Join(t.TempDir(), "password"), "p")
	examine := func(user string) (*kafka.Examination, error) {
		security := openSecurity(t, kafka.SecurityConfig{SASL: kafka.SASLConfig{Mechanism: kafka.Plain, User: user, PasswordFile: password}}, &logged{})
		return kafka.Examine(t.Context(), kafka.Config{Brokers: g.ListenAddrs(), Group: "tocsin", Topics: []string{invoices}, Security: security}, invoices, "tocsin.alerts.v1", "nowhere")
	}
	e, err := examine("tocsin")
	if err != nil {
		t.Fatal(err)
	}
	if in := e.Topics[0]; !in.Exists || in.Err != nil || !in.May("read") || in.Partitions != 1 {
		t.Errorf("a topic that may be read: %+v", in)
	}
	if out := e.Topics[1]; !errors.Is(out.Err, kerr.TopicAuthorizationFailed) {
		t.Errorf("a topic that may not be seen: %+v", out)
	}
	if none := e.Topics[2]; none.Exists || none.Err == nil && none.May("read") && none.Told {
		t.Errorf("a topic that is not there: %+v", none)
	}
	if !errors.Is(e.Group.Err, kerr.GroupAuthorizationFailed) {
		t.Errorf("a group that may not be joined: %+v", e.Group)
	}
	if e, err := examine("member"); err != nil || e.Group.Err != nil || !e.Group.May("read") {
		t.Errorf("a group that may be joined: %+v, %v", e, err)
	}
	if e, err := examine("stranger"); e != nil || err == nil { // kfake hangs up without a word
		t.Errorf("who is not known: got %+v, %v", e, err)
	}
}
