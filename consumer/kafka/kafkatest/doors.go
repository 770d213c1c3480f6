package kafkatest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// Doors are further listeners of a cluster of Apache Kafka, which let in only whom they know.
type Doors struct {
	Password    string // address: TLS, and SASL with each mechanism
	Certificate string // address: TLS, and who comes shows a certificate of the authority
	Authority   *Authority
}

// Whom the doors know, but for tokens: whatever these say of themselves is believed, for they are not signed.
const (
	DoorsUser     = "tocsin"
	DoorsPassword = "a password of doors"
)

// Doors are the cluster's.
func (s *Server) Doors() Doors { return s.apache.doors }

// doorSettings come after the broker's own: all listeners, and how they know who comes.
const doorSettings = `listeners=PLAINTEXT://127.0.0.1:%[1]s,CONTROLLER://127.0.0.1:%[2]s,SASL_SSL://127.0.0.1:%[3]s,SSL://127.0.0.1:%[4]s
advertised.listeners=PLAINTEXT://127.0.0.1:%[1]s,SASL_SSL://127.0.0.1:%[3]s,SSL://127.0.0.1:%[4]s
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
ssl.keystore.type=PEM
ssl.keystore.location=%[5]s
ssl.truststore.type=PEM
ssl.truststore.location=%[6]s
listener.name.ssl.ssl.client.auth=required
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_%[7]s="%[8]s";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";
listener.name.sasl_ssl.oauthbearer.sasl.server.callback.handler.class=org.apache.kafka.common.security.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler
listener.name.sasl_ssl.oauthbearer.sasl.login.callback.handler.class=org.apache.kafka.common.security.oauthbearer.internals.unsecured.OAuthBearerUnsecuredLoginCallbackHandler
connection.failed.authentication.delay.ms=0
`

// scramUsers are what a data directory is formatted with, so that SCRAM knows the user.
func scramUsers() (args []string) {
	for _, mechanism := range []string{"SCRAM-SHA-256", "SCRAM-SHA-512"} {
		args = append(args, "--add-scram", fmt.Sprintf(`%s=[name=%s,password="%s"]`, mechanism, DoorsUser, DoorsPassword))
	}
	return args
}

// build makes the certificates in a folder, and returns the settings.
func (d *Doors) build(dir string, ports []string) (string, error) {
	var err error
	if d.Authority, err = NewAuthority(dir); err != nil {
		return "", err
	}
	pair, err := d.Authority.Issue("broker")
	if err != nil {
		return "", err
	}
	store := filepath.Join(dir, "broker-store.pem") // Apache Kafka wants the key and the certificate in one
	var content []byte
	for _, path := range []string{pair.KeyFile, pair.CertFile} {
		part, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		content = append(content, part...)
	}
	if err := os.WriteFile(store, content, 0o600); err != nil { //nolint:gosec // of tests
		return "", err
	}
	d.Password, d.Certificate = net.JoinHostPort("127.0.0.1", ports[2]), net.JoinHostPort("127.0.0.1", ports[3])
	return fmt.Sprintf(doorSettings, ports[0], ports[1], ports[2], ports[3], store, d.Authority.File, DoorsUser, DoorsPassword), nil
}
