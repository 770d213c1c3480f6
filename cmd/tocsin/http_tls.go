package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificate is a certificate with its key, as its files have it now.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu      sync.Mutex
	changed [2]time.Time // of the files when they were read
	good    *tls.Certificate
	said    string // what is wrong with the files, as it was last said
}

// openCertificate reads the files for the first time; nil where none is named.
func openCertificate(c httpConfig, log *slog.Logger) (*certificate, error) {
	if c.CertFile == "" {
		return nil, nil
	}
	o := &certificate{certFile: c.CertFile, keyFile: c.KeyFile, log: log}
	if err := o.read(); err != nil {
		return nil, err
	}
	return o, nil
}

// config is TLS with whatever certificate the files have at a handshake.
func (c *certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.now(), nil },
	}
}

// now is the certificate. Files that have become bad are said once, and what they had last goes on being used: those that are renewed
// one after the other do not belong together for a moment.
func (c *certificate) now() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.read()
	switch {
	case err == nil && c.said != "":
		c.log.Info("http: the certificate can be read again")
		c.said = ""
	case err != nil && err.Error() != c.said:
		c.said = err.Error()
		c.log.Warn("http: going on with the certificate that was read before", "error", err)
	}
	return c.good
}

// read reads the files if they have changed.
func (c *certificate) read() error {
	var changed [2]time.Time
	for i, path := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("http.tls: %w", err)
		}
		changed[i] = info.ModTime()
	}
	if c.good != nil && changed == c.changed {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("http.tls.cert_file, key_file: %s and %s are no certificate and its key in PEM: %w", c.certFile, c.keyFile, err)
	}
	c.good, c.changed = &pair, changed
	return nil
}
