package kafka

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// explain makes of an error that no waiting changes, unless somebody sets something right, one that says what that is. The second
// result is false for any other error, which is returned as it is.
func (s *Security) explain(err error) (explained error, refused bool) {
	var (
		distrust *tls.CertificateVerificationError
		remote   *net.OpError
	)
	switch {
	case errors.Is(err, kerr.SaslAuthenticationFailed), errors.Is(err, kerr.UnsupportedSaslMechanism):
		return fmt.Errorf("the brokers refuse %s: %w", s.claim(), err), true
	case errors.As(err, &distrust):
		return fmt.Errorf("a broker is not trusted: %w: kafka.tls.ca_file must hold who signs the brokers' certificates, and kafka.tls.server_name "+
			"a name in them if it is not the host's", err), true
	case errors.As(err, &remote) && remote.Op == "remote error" && strings.Contains(err.Error(), "certificate"):
		return fmt.Errorf("a broker refuses our certificate: %w: kafka.tls.cert_file must hold one that is in force and signed by whom the brokers trust", err), true
	}
	return err, false
}

// claim is who we say that we are, without the secret.
func (s *Security) claim() string {
	switch {
	case s == nil || s.secret == nil:
		return "a client that does not say who it is: set kafka.sasl"
	case s.config.SASL.Mechanism == OAuthBearer:
		return fmt.Sprintf("the token in %s (kafka.sasl)", s.config.SASL.TokenFile)
	}
	return fmt.Sprintf("user %s with %s and the password in %s (kafka.sasl)", s.config.SASL.User, s.config.SASL.Mechanism, s.config.SASL.PasswordFile)
}

// barred is why this client will not get in: it never was, and every attempt since some seconds was refused.
func (s *Security) barred(now time.Time) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refusal == nil || now.Sub(s.first) < min(strangersPatience, s.config.Patience) {
		return nil
	}
	return s.refusal
}

// refused explains a refusal by which a member loses its group, and tells whether it is final by now. The error is nil for what is none.
func (s *Security) refused(err error, now time.Time) (explained error, final bool) {
	explained, refused := s.explain(err)
	if !refused {
		return nil, false
	}
	if s == nil {
		return explained, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return explained, s.meet(explained, now) > s.config.Patience
}

// meet counts a refusal, and returns how long the spell of them has lasted. The caller holds mu.
func (s *Security) meet(refusal error, now time.Time) time.Duration {
	if now.Sub(s.last) > spellGap {
		s.first = now
	}
	s.last = now
	if !s.known {
		s.refusal = refusal
	}
	return now.Sub(s.first)
}

// OnBrokerRead notes that a broker has let us in: it has answered what it tells nobody else.
func (s *Security) OnBrokerRead(_ kgo.BrokerMetadata, key int16, _ int, _, _ time.Duration, err error) {
	const saslHandshake, apiVersions, saslAuthenticate = 17, 18, 36
	if err != nil || key == saslHandshake || key == saslAuthenticate || key == apiVersions && s.secret != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known, s.refusal = true, nil
}

// ear hears why a member does not get in. Until it has met its group, the Kafka client tells its log alone.
type ear struct {
	security *Security
	notices  *notices
}

// Level is how much the ear wants to hear.
func (ear) Level() kgo.LogLevel { return kgo.LogLevelWarn }

// Log picks out what somebody has to set right.
func (e ear) Log(_ kgo.LogLevel, _ string, keyvals ...any) {
	for _, v := range keyvals {
		err, ok := v.(error)
		if !ok {
			continue
		}
		var cut *kgo.ErrFirstReadEOF
		explained, refused := e.security.explain(err)
		if refused || errors.As(err, &cut) {
			e.notices.say("acquire", fmt.Sprintf("waiting to read: %v", explained))
		}
		if refused && e.security != nil {
			e.security.mu.Lock()
			e.security.meet(explained, time.Now())
			e.security.mu.Unlock()
		}
	}
}
