package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// held is what a file, or two that belong together, held when it was last good.
type held[T any] struct {
	key     string // of the configuration
	read    func() (T, error)
	notices *notices

	mu   sync.Mutex
	good T
}

// hold reads for the first time. A fault joins the others.
func hold[T any](notices *notices, faults *[]error, key string, read func() (T, error)) *held[T] {
	good, err := read()
	if err != nil {
		*faults = append(*faults, err)
	}
	return &held[T]{key: key, read: read, notices: notices, good: good}
}

// now is what is on disk, or what was there last if that is no good.
func (h *held[T]) now() T {
	h.mu.Lock()
	defer h.mu.Unlock()
	fresh, err := h.read()
	if err != nil {
		h.notices.say(h.key, fmt.Sprintf("going on with what was read before: %v", err))
		return h.good
	}
	h.notices.over(h.key)
	h.good = fresh
	return fresh
}

// readAuthorities reads the certificates of authorities.
func readAuthorities(path string) (*x509.CertPool, error) {
	content, err := readSecret(path)
	if err != nil {
		return nil, fmt.Errorf("kafka.tls.ca_file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("kafka.tls.ca_file: %s holds no certificate: it must have some between BEGIN CERTIFICATE and END CERTIFICATE", path)
	}
	return pool, nil
}

// readCertificate reads a certificate with its chain, and its key. Files that are renewed one after the other do not belong together
// for a moment; then the earlier pair is still good.
func readCertificate(certFile, keyFile string) (*tls.Certificate, error) {
	certificate, certErr := readSecret(certFile)
	if certErr != nil {
		certErr = fmt.Errorf("kafka.tls.cert_file: %w", certErr)
	}
	key, keyErr := readSecret(keyFile)
	if keyErr != nil {
		keyErr = fmt.Errorf("kafka.tls.key_file: %w", keyErr)
	}
	if err := errors.Join(certErr, keyErr); err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("kafka.tls.cert_file, key_file: %s and %s are no certificate and its key in PEM: %w", certFile, keyFile, err)
	}
	return &pair, nil
}

// readLine reads a secret that is one line, with or without an end of line.
func readLine(key, path string) (string, error) {
	content, err := readSecret(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", key, err)
	}
	line := strings.TrimRight(string(content), "\r\n")
	switch {
	case line == "":
		return "", fmt.Errorf("%s: %s is empty: it must hold the secret as its only line", key, path)
	case strings.ContainsAny(line, "\r\n\x00"):
		return "", fmt.Errorf("%s: %s has more than one line: it must hold the secret as its only one", key, path)
	}
	return line, nil
}

// maxSecret bounds a file: the authorities that a machine trusts have a quarter of it.
const maxSecret = 1 << 20

func readSecret(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	content, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	switch {
	case err != nil:
		return nil, err
	case len(content) > maxSecret:
		return nil, fmt.Errorf("%s is larger than %d KiB", path, maxSecret>>10)
	}
	return content, nil
}

// othersRead tells whether every user of the machine can read a file.
func othersRead(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&(fs.FileMode(0o004)) != 0
}
