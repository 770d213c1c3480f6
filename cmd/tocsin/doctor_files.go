package main

import (
	"io/fs"
	"log/slog"
	"os"

	"tocsin/alerts/desk"
)

// secretFile is a file that nobody else on the machine is to read.
type secretFile struct{ key, path string }

func (c *config) secretFiles() (all []secretFile) {
	k := c.Kafka.Security
	for _, one := range []secretFile{
		{"kafka.tls.key_file", k.TLS.KeyFile}, {"kafka.sasl.password_file", k.SASL.PasswordFile}, {"kafka.sasl.token_file", k.SASL.TokenFile},
		{"slack.token_file", c.Slack.TokenFile}, {"slack.app_token_file", c.Slack.AppTokenFile}, {"slack.signing_secret_file", c.Slack.SecretFile},
		{"http.tls.key_file", c.HTTP.KeyFile},
	} {
		if one.path != "" {
			all = append(all, one)
		}
	}
	return all
}

// examineFiles looks at who may read secrets. What is in them is told by who uses them.
func (c *config) examineFiles() (f remarks) {
	for _, one := range c.secretFiles() {
		check := one.key + " " + one.path
		switch info, err := os.Stat(one.path); {
		case err != nil:
			f.add(wrong, check, "create it, with its secret as the only line", "%v", err)
		case !info.Mode().IsRegular():
			f.add(wrong, check, "name a file", "it is no file")
		case info.Mode()&fs.FileMode(0o004) != 0:
			f.add(wrong, check, "chmod o-r "+one.path, "every user of this machine can read it")
		default:
			f.ok(check, "it is there, and not for everybody")
		}
	}
	return f
}

// examineHTTP looks at what HTTP needs. The address is not tried: a run may have it.
func (c *config) examineHTTP() (f remarks) {
	if c.HTTPListen == "" {
		f.add(noted, "http.listen", "http: {listen: 127.0.0.1:9464}", "it is empty: nobody sees health or metrics")
		return f
	}
	if _, err := openCertificate(c.HTTP, slog.New(slog.DiscardHandler)); err != nil {
		f.add(wrong, "http.tls", "issue the certificate anew, with its chain, and its key as PEM", "%v", err)
	} else if c.HTTP.CertFile != "" {
		f.ok("http.tls", "a certificate and its key")
	}
	switch _, err := desk.OpenTokens(c.HTTPTokens); {
	case c.HTTPTokens == "" && !onThisMachine(c.HTTPListen):
		f.add(noted, "http.tokens_file", `TOKEN=$(openssl rand -hex 32); echo "prometheus $(printf %s "$TOKEN" | sha256sum | cut -d' ' -f1) read" >> tokens`,
			"it is empty, and http.listen is %s: nobody may see metrics or ask the API", c.HTTPListen)
	case c.HTTPTokens == "":
		f.ok("http.listen", "%s, for this machine alone", c.HTTPListen)
	case err != nil:
		f.add(wrong, "http.tokens_file", `echo "NAME $(printf %s "$TOKEN" | sha256sum | cut -d' ' -f1) read" >> `+c.HTTPTokens, "%v", err)
	default:
		f.ok("http.tokens_file", "%s has tokens", c.HTTPTokens)
	}
	return f
}
