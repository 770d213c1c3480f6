//go:build kafka

package kafka_test

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/kafkatest"
)

func doors(t *testing.T) kafkatest.Doors {
	t.Helper()
	server, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return server.Doors()
}

// enter opens a member and a transaction that come through a door.
func enter(t *testing.T, address string, config kafka.SecurityConfig) {
	t.Helper()
	cluster := newCluster(t, 1, invoices)
	security := openSecurity(t, config, &logged{})
	reading := configOf(cluster, invoices)
	reading.Brokers, reading.Security = []string{address}, security
	r := openReader(t, newPositions(), reading)
	r.until(t, "the partition", r.owns(1))
	tx, err := kafka.OpenTransaction(t.Context(), kafka.TransactionConfig{Brokers: []string{address}, Security: security}, "import")
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.Send(t.Context(), []kafka.Message{{Topic: invoices, Key: "C-1", Value: []byte("{}"), Timestamp: wall()}}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.until(t, "the event", r.has(1))
}

func TestApacheKafkaLetsUsInByEachMechanism(t *testing.T) {
	d := doors(t)
	dir := t.TempDir()
	encode := base64.RawURLEncoding.EncodeToString
	token := encode([]byte(`{"alg":"none"}`)) + "." +
		encode(fmt.Appendf(nil, `{"sub":"tocsin","iat":%d,"exp":%d}`, time.Now().Unix()-60, time.Now().Unix()+3600)) + "."
	password := secretFile(t, filepath.Join(dir, "password"), kafkatest.DoorsPassword)
	for _, sasl := range []kafka.SASLConfig{
		{Mechanism: kafka.Plain, User: kafkatest.DoorsUser, PasswordFile: password},
		{Mechanism: kafka.Scram256, User: kafkatest.DoorsUser, PasswordFile: password},
		{Mechanism: kafka.Scram512, User: kafkatest.DoorsUser, PasswordFile: password},
		{Mechanism: kafka.OAuthBearer, TokenFile: secretFile(t, filepath.Join(dir, "token"), token)},
	} {
		t.Run(sasl.Mechanism, func(t *testing.T) {
			enter(t, d.Password, kafka.SecurityConfig{TLS: kafka.TLSConfig{Enabled: true, CAFile: d.Authority.File}, SASL: sasl})
		})
	}
}

func TestApacheKafkaLetsUsInByOurCertificate(t *testing.T) {
	d := doors(t)
	pair := issue(t, d.Authority)
	enter(t, d.Certificate, kafka.SecurityConfig{TLS: kafka.TLSConfig{
		Enabled: true, CAFile: d.Authority.File, CertFile: pair.CertFile, KeyFile: pair.KeyFile,
	}})
}

func TestApacheKafkaRefusesUsInWordsThatWeUnderstand(t *testing.T) {
	d := doors(t)
	cluster := newCluster(t, 1, invoices)
	wrong := secretFile(t, filepath.Join(t.TempDir(), "password"), "wrong")
	stranger, theirs := issue(t, newAuthority(t)), kafka.TLSConfig{Enabled: true, CAFile: d.Authority.File}
	strange := theirs
	strange.CertFile, strange.KeyFile = stranger.CertFile, stranger.KeyFile
	sasl := func(mechanism string) kafka.SASLConfig {
		return kafka.SASLConfig{Mechanism: mechanism, User: kafkatest.DoorsUser, PasswordFile: wrong}
	}
	for _, test := range []struct {
		address string
		config  kafka.SecurityConfig
		want    string
	}{
		{d.Password, kafka.SecurityConfig{TLS: theirs, SASL: sasl(kafka.Plain)}, "refuse user tocsin with PLAIN"},
		{d.Password, kafka.SecurityConfig{TLS: theirs, SASL: sasl(kafka.Scram512)}, "refuse user tocsin with SCRAM-SHA-512"},
		{d.Password, kafka.SecurityConfig{TLS: theirs, SASL: kafka.SASLConfig{Mechanism: kafka.OAuthBearer, TokenFile: wrong}}, "refuse the token"},
		{d.Certificate, kafka.SecurityConfig{TLS: theirs}, "refuses our certificate"},
		{d.Certificate, kafka.SecurityConfig{TLS: strange}, "refuses our certificate"},
	} {
		config := configOf(cluster, invoices)
		config.Brokers, config.Security = []string{test.address}, openSecurity(t, test.config, &logged{})
		if err := finalError(t, config); !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}
