package kafkatest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Authority signs certificates for a test.
type Authority struct {
	File string // its own certificate

	dir         string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	serial      int64 // of the last certificate
}

// NewAuthority makes an authority whose files lie in a folder.
func NewAuthority(dir string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	a := &Authority{dir: dir, key: key, serial: 1, File: filepath.Join(dir, "authority.pem")}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of a test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	body, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		return nil, err
	}
	if a.certificate, err = x509.ParseCertificate(body); err != nil {
		return nil, err
	}
	return a, os.WriteFile(a.File, block("CERTIFICATE", body), 0o600)
}

// Pair is a certificate and its key, in files.
type Pair struct {
	CertFile, KeyFile string
	Serial            int64
}

// Issue makes a certificate for this machine under a name. Issued again, it takes the place of the earlier one in the same files.
func (a *Authority) Issue(name string) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	a.serial++
	form := &x509.Certificate{
		SerialNumber: big.NewInt(a.serial), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	body, err := x509.CreateCertificate(rand.Reader, form, a.certificate, key.Public(), a.key)
	if err != nil {
		return Pair{}, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Pair{}, err
	}
	pair := Pair{CertFile: filepath.Join(a.dir, name+".pem"), KeyFile: filepath.Join(a.dir, name+".key"), Serial: a.serial}
	if err := os.WriteFile(pair.CertFile, block("CERTIFICATE", body), 0o600); err != nil {
		return Pair{}, err
	}
	return pair, os.WriteFile(pair.KeyFile, block("PRIVATE KEY", secret), 0o600)
}

// Serve is how a broker listens under a certificate of the authority.
func (a *Authority) Serve(tb testing.TB) *tls.Config {
	tb.Helper()
	pair, err := a.Issue("broker")
	if err != nil {
		tb.Fatal(err)
	}
	own, err := tls.LoadX509KeyPair(pair.CertFile, pair.KeyFile)
	if err != nil {
		tb.Fatal(err)
	}
	known := x509.NewCertPool()
	known.AddCert(a.certificate)
	return &tls.Config{Certificates: []tls.Certificate{own}, ClientCAs: known, MinVersion: tls.VersionTLS12}
}

func block(kind string, body []byte) []byte {
	var b bytes.Buffer
	_ = pem.Encode(&b, &pem.Block{Type: kind, Bytes: body}) // a buffer takes everything
	return b.Bytes()
}
