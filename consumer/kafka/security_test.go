package kafka_test

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tocsin/consumer"
	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state"
)

// guarded is a kfake that looks at who comes. Its connections can be cut.
type guarded struct {
	*kfake.Cluster
	mu    sync.Mutex
	conns []net.Conn
}

func newGuarded(t *testing.T, options ...kfake.Opt) *guarded {
	t.Helper()
	g := &guarded{}
	cluster, err := kfake.NewCluster(append([]kfake.Opt{
		kfake.SeedTopics(1, invoices, "tocsin.alerts.v1"), kfake.GroupMinSessionTimeout(50 * time.Millisecond), kfake.ListenFn(g.listen),
		kfake.BrokerConfigs(map[string]string{"log.retention.ms": "-1"}),
	}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	g.Cluster = cluster
	t.Cleanup(cluster.Close)
	return g
}

// noting is a listener whose connections are known.
type noting struct {
	net.Listener
	g *guarded
}

func (g *guarded) listen(network, address string) (net.Listener, error) {
	l, err := net.Listen(network, address)
	return noting{l, g}, err
}

func (n noting) Accept() (net.Conn, error) {
	conn, err := n.Listener.Accept()
	if err == nil {
		n.g.mu.Lock()
		n.g.conns = append(n.g.conns, conn)
		n.g.mu.Unlock()
	}
	return conn, err
}

// cut ends all connections, as brokers do that are started anew.
func (g *guarded) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, conn := range g.conns {
		_ = conn.Close() // it may have ended by itself
	}
	g.conns = nil
}

// refuse makes the brokers refuse whoever says who he is.
func (g *guarded) refuse(while func() bool) {
	g.ControlKey(int16(kmsg.SASLAuthenticate), func(request kmsg.Request) (kmsg.Response, error, bool) {
		g.KeepControl()
		if !while() {
			return nil, nil, false
		}
		answer := request.ResponseKind().(*kmsg.SASLAuthenticateResponse)
		answer.ErrorCode = kerr.SaslAuthenticationFailed.Code
		return answer, nil, true
	})
}

func (g *guarded) config(security *kafka.Security) kafka.Config {
	return kafka.Config{
		Brokers: g.ListenAddrs(), Group: "tocsin", Topics: []string{invoices}, Security: security,
		Session: 600 * time.Millisecond, Refresh: 100 * time.Millisecond,
	}
}

// send sends one event in a transaction.
func (g *guarded) send(t *testing.T, security *kafka.Security) {
	t.Helper()
	tx, err := kafka.OpenTransaction(t.Context(), kafka.TransactionConfig{Brokers: g.ListenAddrs(), Security: security}, "import")
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.Send(t.Context(), []kafka.Message{{Topic: invoices, Key: "C-1", Value: []byte("{}"), Timestamp: wall()}}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func newAuthority(t *testing.T) *kafkatest.Authority {
	t.Helper()
	a, err := kafkatest.NewAuthority(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func issue(t *testing.T, a *kafkatest.Authority) kafkatest.Pair {
	t.Helper()
	pair, err := a.Issue("tocsin")
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// secretFile writes a secret, by replacing the file as whoever rotates one does.
func secretFile(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	return path
}

func openSecurity(t *testing.T, config kafka.SecurityConfig, log *logged) *kafka.Security {
	t.Helper()
	config.Patience = cmp.Or(config.Patience, 300*time.Millisecond)
	security, err := kafka.OpenSecurity(config, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return security
}

// finalError polls until a client ends.
func finalError(t *testing.T, config kafka.Config) error {
	t.Helper()
	client, err := kafka.Open(config, newPositions(), wall)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close(context.Background()) })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for ctx.Err() == nil && err == nil {
		short, stop := context.WithTimeout(ctx, 50*time.Millisecond)
		_, err = client.Poll(short, 1)
		stop()
	}
	if err == nil {
		t.Fatal("got a client that goes on, want one that ends")
	}
	return err
}

func TestEveryClientIsLetInByEachMechanism(t *testing.T) {
	for _, mechanism := range []string{kafka.Plain, kafka.Scram256, kafka.Scram512} {
		t.Run(mechanism, func(t *testing.T) {
			authority := newAuthority(t)
			g := newGuarded(t, kfake.TLS(authority.Serve(t)), kfake.EnableSASL(), kfake.Superuser(mechanism, "tocsin", "s3cret, =x"))
			security := openSecurity(t, kafka.SecurityConfig{
				TLS:  kafka.TLSConfig{Enabled: true, CAFile: authority.File},
				SASL: kafka.SASLConfig{Mechanism: mechanism, User: "tocsin", PasswordFile: secretFile(t, filepath.Join(t.TempDir(), "password"), "s3cret, =x\n")},
			}, &logged{})
			g.send(t, security)
			r := openReader(t, newPositions(), g.config(security))
			r.until(t, "the event", r.has(1))

			store := &unpublished{rows: []state.Publication{{ID: 1, Alert: &state.AlertRow{ID: "a", Seq: 1, Customer: "C-1", Body: []byte("{}")}}}}
			publisher, err := kafka.OpenPublisher(kafka.PublisherConfig{
				Brokers: g.ListenAddrs(), Security: security, Alerts: "tocsin.alerts.v1", Tasks: "t", DeadLetters: "d",
			}, store)
			if err != nil {
				t.Fatal(err)
			}
			defer publisher.Close()
			if done, err := publisher.Publish(t.Context()); done != 1 || err != nil {
				t.Errorf("publish: got %d and %v, want 1", done, err)
			}
		})
	}
}

// kfake knows no tokens, so the test answers in its place.
func TestATokenIsReadAnewForEachConnection(t *testing.T) {
	g := newGuarded(t)
	var mu sync.Mutex
	var shown []string
	g.ControlKey(int16(kmsg.SASLHandshake), func(request kmsg.Request) (kmsg.Response, error, bool) {
		g.KeepControl()
		answer := request.ResponseKind().(*kmsg.SASLHandshakeResponse)
		if request.(*kmsg.SASLHandshakeRequest).Mechanism != kafka.OAuthBearer {
			answer.ErrorCode = kerr.UnsupportedSaslMechanism.Code
		}
		return answer, nil, true
	})
	g.ControlKey(int16(kmsg.SASLAuthenticate), func(request kmsg.Request) (kmsg.Response, error, bool) {
		g.KeepControl()
		mu.Lock()
		defer mu.Unlock()
		shown = append(shown, string(request.(*kmsg.SASLAuthenticateRequest).SASLAuthBytes))
		return request.ResponseKind(), nil, true
	})
	path := filepath.Join(t.TempDir(), "token")
	security := openSecurity(t, kafka.SecurityConfig{
		SASL: kafka.SASLConfig{Mechanism: kafka.OAuthBearer, TokenFile: secretFile(t, path, "head.first.sign")},
	}, &logged{})
	g.send(t, security)
	r := openReader(t, newPositions(), g.config(security))
	r.until(t, "the event", r.has(1))
	secretFile(t, path, "head.second.sign\n")
	g.cut()
	g.send(t, security)
	r.until(t, "the next event", r.has(2))
	mu.Lock()
	defer mu.Unlock()
	const form = "n,,\x01auth=Bearer head.%s.sign\x01\x01"
	if first, last := fmt.Sprintf(form, "first"), fmt.Sprintf(form, "second"); shown[0] != first || shown[len(shown)-1] != last {
		t.Errorf("got %q first and %q last, want %q and %q", shown[0], shown[len(shown)-1], first, last)
	}
}

func TestACertificateThatIsRenewedOnDiskIsShownToTheNextConnection(t *testing.T) {
	authority := newAuthority(t)
	pair := issue(t, authority)
	var mu sync.Mutex
	shown := map[int64]bool{}
	server := authority.Serve(t)
	server.ClientAuth = tls.RequireAndVerifyClientCert
	server.VerifyPeerCertificate = func(_ [][]byte, chains [][]*x509.Certificate) error {
		mu.Lock()
		defer mu.Unlock()
		shown[chains[0][0].SerialNumber.Int64()] = true
		return nil
	}
	g := newGuarded(t, kfake.TLS(server))
	log := &logged{}
	security := openSecurity(t, kafka.SecurityConfig{
		TLS: kafka.TLSConfig{Enabled: true, CAFile: authority.File, CertFile: pair.CertFile, KeyFile: pair.KeyFile},
	}, log)
	r := openReader(t, newPositions(), g.config(security))
	g.send(t, security)
	r.until(t, "the first event", r.has(1))

	renewed := issue(t, authority)
	mu.Lock()
	if shown[renewed.Serial] || !shown[pair.Serial] {
		t.Errorf("before: got certificates %v, want %d alone", shown, pair.Serial)
	}
	clear(shown)
	mu.Unlock()
	g.cut()
	g.send(t, security)
	r.until(t, "the second event, over new connections", r.has(2))
	mu.Lock()
	if !shown[renewed.Serial] || len(shown) != 1 {
		t.Errorf("after: got certificates %v, want %d alone", shown, renewed.Serial)
	}
	clear(shown)
	mu.Unlock()

	secretFile(t, pair.KeyFile, "not a key")
	g.cut()
	g.send(t, security)
	r.until(t, "the third event, under what was good last", r.has(3))
	mu.Lock()
	defer mu.Unlock()
	if !shown[renewed.Serial] || len(shown) != 1 {
		t.Errorf("with a broken key: got certificates %v, want %d alone", shown, renewed.Serial)
	}
	if got := log.count("going on with what was read before"); got != 1 {
		t.Errorf("got %d lines about the key, want 1:\n%s", got, log.text.String())
	}
}

func TestAWrongPasswordEndsAClientThatWasNeverLetIn(t *testing.T) {
	g := newGuarded(t, kfake.EnableSASL(), kfake.Superuser(kafka.Scram512, "tocsin", "right"))
	g.refuse(func() bool { return true })
	path := secretFile(t, filepath.Join(t.TempDir(), "password"), "canary-password")
	security := openSecurity(t, kafka.SecurityConfig{SASL: kafka.SASLConfig{Mechanism: kafka.Scram512, User: "tocsin", PasswordFile: path}}, &logged{})
	err := finalError(t, g.config(security))
	for _, want := range []string{"refuse user tocsin with SCRAM-SHA-512", path, "SASL_AUTHENTICATION_FAILED"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	_, importErr := kafka.OpenTransaction(t.Context(), kafka.TransactionConfig{Brokers: g.ListenAddrs(), Security: security}, "import")
	if text := fmt.Sprint(importErr); !strings.Contains(text, "refuse user tocsin") {
		t.Errorf("import: got %v, want the refusal", importErr)
	}
	if strings.Contains(fmt.Sprint(err, importErr), "canary-password") {
		t.Error("an error tells the password")
	}
}

func TestARotationThatHasNotReachedTheBrokersIsWaitedFor(t *testing.T) {
	for _, test := range []struct {
		name     string
		patience time.Duration
		final    bool
	}{{"in time", time.Minute, false}, {"not in time", time.Millisecond, true}} {
		t.Run(test.name, func(t *testing.T) {
			g := newGuarded(t, kfake.EnableSASL(), kfake.Superuser(kafka.Plain, "tocsin", "right"))
			path := secretFile(t, filepath.Join(t.TempDir(), "password"), "right")
			security := openSecurity(t, kafka.SecurityConfig{
				SASL: kafka.SASLConfig{Mechanism: kafka.Plain, User: "tocsin", PasswordFile: path}, Patience: test.patience,
			}, &logged{})
			r := openReader(t, newPositions(), g.config(security))
			r.until(t, "the partition", r.owns(1))
			var mu sync.Mutex
			behind := true
			g.refuse(func() bool { mu.Lock(); defer mu.Unlock(); return behind })
			g.cut()
			ended := func() (err error) {
				for end := time.Now().Add(patience); err == nil && r.log.count("the brokers refuse user tocsin") == 0; {
					if time.Now().After(end) {
						t.Fatal("got neither an end nor a word")
					}
					ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
					var polled consumer.Polled
					polled, err = r.Poll(ctx, 10)
					cancel()
					r.follow(polled)
				}
				return err
			}()
			for test.final && ended == nil { // the first refusal begins the wait
				_, ended = r.Poll(t.Context(), 10)
			}
			if test.final {
				if !strings.Contains(ended.Error(), "refuse user tocsin") {
					t.Errorf("got %v, want the refusal", ended)
				}
				return
			}
			if ended != nil {
				t.Fatalf("got the end %v, want a wait", ended)
			}
			mu.Lock()
			behind = false
			mu.Unlock()
			g.send(t, security)
			r.until(t, "the event", r.has(1))
		})
	}
}

func TestABrokerThatNobodyKnowsIsNotTrusted(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	g := newGuarded(t, kfake.TLS(theirs.Serve(t)))
	config := kafka.SecurityConfig{TLS: kafka.TLSConfig{Enabled: true, CAFile: ours.File}}
	if err := finalError(t, g.config(openSecurity(t, config, &logged{}))); !strings.Contains(err.Error(), "unknown authority") || !strings.Contains(err.Error(), "kafka.tls.ca_file must hold") {
		t.Errorf("got %v, want the authority that is missing", err)
	}
	config.TLS = kafka.TLSConfig{Enabled: true, CAFile: theirs.File, ServerName: "kafka.example"}
	if err := finalError(t, g.config(openSecurity(t, config, &logged{}))); !strings.Contains(err.Error(), "not kafka.example") {
		t.Errorf("got %v, want the name that is not in the certificate", err)
	}
	config.TLS.ServerName = "localhost" // the broker is dialled as 127.0.0.1
	r := openReader(t, newPositions(), g.config(openSecurity(t, config, &logged{})))
	r.until(t, "the partition", r.owns(1))
}

func TestACertificateThatTheBrokersRefuseEndsTheClient(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	server := theirs.Serve(t)
	server.ClientAuth = tls.RequireAndVerifyClientCert
	g := newGuarded(t, kfake.TLS(server))
	pair := issue(t, ours)
	for _, config := range []kafka.TLSConfig{
		{Enabled: true, CAFile: theirs.File},
		{Enabled: true, CAFile: theirs.File, CertFile: pair.CertFile, KeyFile: pair.KeyFile},
	} {
		err := finalError(t, g.config(openSecurity(t, kafka.SecurityConfig{TLS: config}, &logged{})))
		if !strings.Contains(err.Error(), "a broker refuses our certificate") {
			t.Errorf("got %v, want that the certificate is refused", err)
		}
	}
}

func TestSecurityNamesEveryFileThatIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string { return secretFile(t, filepath.Join(dir, name), content) }
	authority := newAuthority(t)
	one, err := authority.Issue("one")
	if err != nil {
		t.Fatal(err)
	}
	other, err := authority.Issue("other")
	if err != nil {
		t.Fatal(err)
	}
	password := func(path string) kafka.SASLConfig {
		return kafka.SASLConfig{Mechanism: kafka.Plain, User: "u", PasswordFile: path}
	}
	for _, test := range []struct {
		config kafka.SecurityConfig
		want   []string
	}{
		{
			kafka.SecurityConfig{TLS: kafka.TLSConfig{Enabled: true, CAFile: file("ca", "x"), CertFile: "/no/cert", KeyFile: "/no/key"}, SASL: password("/no/password")},
			[]string{"kafka.tls.ca_file: ", "holds no certificate", "kafka.tls.cert_file: open /no/cert", "kafka.tls.key_file: open /no/key", "kafka.sasl.password_file: open /no/password"},
		},
		{kafka.SecurityConfig{TLS: kafka.TLSConfig{Enabled: true, CertFile: one.CertFile, KeyFile: other.KeyFile}}, []string{"private key does not match"}},
		{kafka.SecurityConfig{TLS: kafka.TLSConfig{Enabled: true, CertFile: file("cert", "x"), KeyFile: one.KeyFile}}, []string{"are no certificate and its key"}},
		{kafka.SecurityConfig{SASL: password(file("empty", "\n"))}, []string{"is empty"}},
		{kafka.SecurityConfig{SASL: password(file("lines", "canary\nb"))}, []string{"more than one line"}},
		{kafka.SecurityConfig{SASL: password(file("large", strings.Repeat("x", 1<<20+1)))}, []string{"larger than 1024 KiB"}},
		{kafka.SecurityConfig{SASL: kafka.SASLConfig{Mechanism: kafka.OAuthBearer}}, []string{"kafka.sasl.token_file: "}},
		{kafka.SecurityConfig{SASL: kafka.SASLConfig{Mechanism: "GSSAPI"}}, []string{`"GSSAPI" is not one of PLAIN, SCRAM`}},
	} {
		_, err := kafka.OpenSecurity(test.config, nil)
		for _, want := range test.want {
			if !strings.Contains(fmt.Sprint(err), want) || strings.Contains(fmt.Sprint(err), "canary") {
				t.Errorf("got %v, want %q", err, want)
			}
		}
	}
}

func TestASecretThatAllCanReadIsWarnedOf(t *testing.T) {
	path := secretFile(t, filepath.Join(t.TempDir(), "password"), "canary")
	config := kafka.SecurityConfig{SASL: kafka.SASLConfig{Mechanism: kafka.Plain, User: "u", PasswordFile: path}}
	for mode, want := range map[os.FileMode][]int{0o640: {0, 1}, 0o644: {1, 1}} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		log := &logged{}
		openSecurity(t, config, log)
		if got := []int{log.count("can read a secret"), log.count("listens to the network")}; !slices.Equal(got, want) || log.count("canary") > 0 {
			t.Errorf("%v: got %v warnings, want %v:\n%s", mode, got, want, log.text.String())
		}
	}
}
