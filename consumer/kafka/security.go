package kafka

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// The mechanisms of SASL, as brokers name them.
const (
	Plain       = "PLAIN"
	Scram256    = "SCRAM-SHA-256"
	Scram512    = "SCRAM-SHA-512"
	OAuthBearer = "OAUTHBEARER"
)

// Mechanisms are those that clients here know.
func Mechanisms() []string { return []string{Plain, Scram256, Scram512, OAuthBearer} }

// SecurityConfig is how the brokers know us, and we them. Its zero value is plain text between parties that do not ask. Secrets
// stand in files only, so that they are in no environment, command line or printed configuration.
type SecurityConfig struct {
	TLS  TLSConfig
	SASL SASLConfig

	// Patience is how long a process that was let in once goes on trying after the brokers have begun to refuse it; zero: 5 min.
	Patience time.Duration
}

// TLSConfig is how a connection is encrypted. All files are PEM.
type TLSConfig struct {
	Enabled    bool
	CAFile     string // who signs the brokers' certificates; empty: whom this machine trusts
	CertFile   string // our certificate and those between it and an authority that the brokers trust; empty: none
	KeyFile    string // its key, not encrypted
	ServerName string // name that the brokers' certificates bear; empty: the host that is dialled
}

// SASLConfig is who we are to the brokers.
type SASLConfig struct {
	Mechanism    string // empty: they do not ask, or the certificate says it
	User         string // but for OAUTHBEARER
	PasswordFile string // one line, but for OAUTHBEARER
	TokenFile    string // one line, for OAUTHBEARER
}

// Security lets clients in. All clients of a process share one; nil is plain text. Each new connection reads the files anew, and so
// does each authentication that a broker asks for on an old one: what was renewed on disk is used from the next one on. A file that
// can no longer be read, or holds nothing good, is said once, and what it held last goes on being used.
//
// # When the brokers refuse us
//
// A process that was never let in ends once it has tried some brokers: its configuration is wrong. One that was let in before goes on trying for Patience,
// because a rotation reaches files, brokers and secret stores at different moments; then it ends, for whoever restarts it to see.
// Nothing is lost meanwhile: positions and what is owed are in the store. A broker that cuts the connection without a word proves
// nothing, and is waited for.
type Security struct {
	config      SecurityConfig
	authorities *held[*x509.CertPool] // nil where there is no file, as are the others
	certificate *held[*tls.Certificate]
	secret      *held[string] // password or token

	mu          sync.Mutex
	known       bool      // we were let in
	first, last time.Time // of this spell of refusals
	refusal     error     // the last one, while we never were let in
}

const (
	strangersPatience = 2 * time.Second // time to try other brokers
	spellGap          = 2 * time.Minute // between refusals of one spell at most; the client tries again within half of one
)

// OpenSecurity reads every file once. The error names all that are missing or wrong; what is merely unwise is logged. It is nil for
// the zero configuration.
func OpenSecurity(config SecurityConfig, log *slog.Logger) (*Security, error) {
	if !config.TLS.Enabled && config.SASL.Mechanism == "" {
		return nil, nil
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if config.Patience == 0 {
		config.Patience = 5 * time.Minute
	}
	s := &Security{config: config}
	notices, faults := newNotices(log), []error{}
	if t := config.TLS; t.Enabled {
		if t.CAFile != "" {
			s.authorities = hold(notices, &faults, "kafka.tls.ca_file", func() (*x509.CertPool, error) { return readAuthorities(t.CAFile) })
		}
		if t.CertFile != "" || t.KeyFile != "" {
			s.certificate = hold(notices, &faults, "kafka.tls.cert_file", func() (*tls.Certificate, error) { return readCertificate(t.CertFile, t.KeyFile) })
		}
	}
	switch a := config.SASL; a.Mechanism {
	case "":
	case Plain, Scram256, Scram512:
		const key = "kafka.sasl.password_file"
		s.secret = hold(notices, &faults, key, func() (string, error) { return readLine(key, a.PasswordFile) })
	case OAuthBearer:
		const key = "kafka.sasl.token_file"
		s.secret = hold(notices, &faults, key, func() (string, error) { return readLine(key, a.TokenFile) })
	default:
		faults = append(faults, fmt.Errorf("kafka.sasl.mechanism: %q is not one of %s", a.Mechanism, strings.Join(Mechanisms(), ", ")))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	s.warn(log)
	return s, nil
}

// warn logs what works and is unwise.
func (s *Security) warn(log *slog.Logger) {
	t, a := s.config.TLS, s.config.SASL
	for _, file := range []string{t.KeyFile, a.PasswordFile, a.TokenFile} {
		if othersRead(file) {
			log.Warn("every user of this machine can read a secret: take the right from them", "file", file)
		}
	}
	if !t.Enabled && (a.Mechanism == Plain || a.Mechanism == OAuthBearer) {
		log.Warn("whoever listens to the network reads the secret: set kafka.tls.enabled", "mechanism", a.Mechanism)
	}
}

// options are what a client needs to be let in.
func (s *Security) options() []kgo.Opt {
	if s == nil {
		return nil
	}
	options := []kgo.Opt{kgo.WithHooks(s)}
	if s.config.TLS.Enabled {
		options = append(options, kgo.Dialer(s.dial))
	}
	if s.secret != nil {
		options = append(options, kgo.SASL(s.mechanism()))
	}
	return options
}

// dialLimit is how long a connection may take, with its handshake.
const dialLimit = 10 * time.Second

// dial connects under the certificates as they are now.
func (s *Security) dial(ctx context.Context, network, address string) (net.Conn, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: s.config.TLS.ServerName}
	if config.ServerName == "" {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		config.ServerName = host
	}
	if s.authorities != nil {
		config.RootCAs = s.authorities.now()
	}
	if s.certificate != nil {
		// Shown whomever the broker trusts: it then says what it does not like, instead of missing one.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return s.certificate.now(), nil }
	}
	return (&tls.Dialer{NetDialer: &net.Dialer{Timeout: dialLimit}, Config: config}).DialContext(ctx, network, address)
}

// mechanism authenticates with the secret as it is now.
func (s *Security) mechanism() sasl.Mechanism {
	user := s.config.SASL.User
	known := func(context.Context) (scram.Auth, error) { return scram.Auth{User: user, Pass: s.secret.now()}, nil }
	switch s.config.SASL.Mechanism {
	case Scram256:
		return scram.Sha256(known)
	case Scram512:
		return scram.Sha512(known)
	case OAuthBearer:
		return oauth.Oauth(func(context.Context) (oauth.Auth, error) { return oauth.Auth{Token: s.secret.now()}, nil })
	default:
		return plain.Plain(func(context.Context) (plain.Auth, error) { return plain.Auth{User: user, Pass: s.secret.now()}, nil })
	}
}
