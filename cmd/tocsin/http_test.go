package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/alerts/desk"
	"tocsin/consumer"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state/storetest"
)

// faced is a surface that answers, of a service that does nothing else.
type faced struct {
	*service
	url string
	log bytes.Buffer
}

// newFaced answers on a port of this machine, as if it were reached from elsewhere unless local.
func newFaced(t *testing.T, local bool, set func(*config)) *faced {
	t.Helper()
	c := defaultConfig()
	if set != nil {
		set(c)
	}
	f := &faced{}
	level := new(slog.LevelVar)
	f.service = &service{config: c, store: storetest.NewMemory(), now: wallClock, log: newLog(&f.log, "info", "json", level), level: level}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	f.url = "http://" + listener.Addr().String()
	if !local {
		listener = elsewhere{listener}
	}
	face, err := f.surface(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "tocsin_build_info 1\n") }), nil)
	must(t, err)
	if face.tls != nil {
		f.url = strings.Replace(f.url, "http:", "https:", 1)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- face.serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		must(t, <-ended)
	})
	return f
}

// elsewhere is a listener that is reached from other machines, as far as its address tells.
type elsewhere struct{ net.Listener }

func (elsewhere) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4zero, Port: 9464} }

// asked is a request with headers, each as "Name: value".
func (f *faced) asked(t *testing.T, method, path, body string, headers ...string) (status int, answer string, header http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, f.url+path, strings.NewReader(body))
	must(t, err)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			request.Host = value
		}
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	defer response.Body.Close() //nolint:errcheck // it is read whole
	text, err := io.ReadAll(response.Body)
	must(t, err)
	return response.StatusCode, string(text), response.Header
}

func TestReadyTellsWhatIsWaitedFor(t *testing.T) {
	f := newFaced(t, false, nil) // health is told to everybody
	for _, tt := range []struct {
		tell   error
		status int
		want   string
	}{
		{errStarting, http.StatusServiceUnavailable, "not ready: it has not joined the group yet\n"},
		{consumer.ErrNoPartitions, http.StatusServiceUnavailable, "not ready: no partition is this instance's\n"},
		{nil, http.StatusOK, "ready\n"},
		{consumer.ErrNoStore, http.StatusServiceUnavailable, "not ready: the store does not answer\n"},
		{errDraining, http.StatusServiceUnavailable, "not ready: it is told to stop, and finishes what it has in hand\n"},
		{nil, http.StatusServiceUnavailable, "not ready: it is told to stop, and finishes what it has in hand\n"},
	} {
		f.ready.tell(tt.tell)
		if status, body, _ := f.asked(t, "GET", "/-/ready", ""); status != tt.status || body != tt.want {
			t.Errorf("told %v: got %d %q, want %d %q", tt.tell, status, body, tt.status, tt.want)
		}
		if status, body, _ := f.asked(t, "GET", "/-/healthy", ""); status != http.StatusOK || body != "healthy\n" {
			t.Errorf("told %v: healthy is %d %q", tt.tell, status, body)
		}
	}
}

func TestTheLevelOfTheLogIsSetWhileItIsInUse(t *testing.T) {
	f := newFaced(t, true, nil)
	f.service.log.Debug("before")
	if status, body, _ := f.asked(t, "PUT", "/-/log-level", "debug\n"); status != http.StatusOK || body != "debug\n" {
		t.Errorf("got %d %q, want debug", status, body)
	}
	f.service.log.Debug("after")
	if status, body, _ := f.asked(t, "PUT", "/-/log-level", "loud"); status != http.StatusBadRequest || !strings.Contains(body, "debug, info, warn, error") {
		t.Errorf("a level that there is not: got %d %q", status, body)
	}
	if _, body, _ := f.asked(t, "GET", "/-/log-level", ""); body != "debug\n" {
		t.Errorf("got the level %q, want debug", body)
	}
	if status, _, _ := f.asked(t, "PUT", "/-/log-level", "error"); status != http.StatusOK {
		t.Errorf("error: got %d", status)
	}
	f.service.log.Warn("too little")
	if got := f.log.String(); strings.Contains(got, "before") || !strings.Contains(got, `"msg":"after"`) || strings.Contains(got, "too little") ||
		strings.Count(got, "the log's level is another") != 2 {
		t.Errorf("got the log\n%s", got)
	}
}

// What is beyond this machine, or may be, takes a token, and profiles are not to be had.
func TestBeyondThisMachineTakesAToken(t *testing.T) {
	tokens := filepath.Join(t.TempDir(), "tokens")
	must(t, os.WriteFile(tokens, fmt.Appendf(nil, "prometheus %x read\nl.wei %x read,act\n", sha256.Sum256([]byte("r")), sha256.Sum256([]byte("a"))), 0o600))
	set := func(c *config) { c.HTTPTokens = tokens }
	here, there, bare := newFaced(t, true, set), newFaced(t, false, set), newFaced(t, false, nil)
	const read, act = "Authorization: Bearer r", "Authorization: Bearer a"
	for _, tt := range []struct {
		name         string
		on           *faced
		method, path string
		headers      []string
		want         int
	}{
		{"metrics here", here, "GET", "/metrics", nil, 200},
		{"metrics handed on", here, "GET", "/metrics", []string{"X-Forwarded-For: 192.0.2.1"}, 401},
		{"metrics by another name", here, "GET", "/metrics", []string{"Host: evil.example"}, 401},
		{"metrics there", there, "GET", "/metrics", nil, 401},
		{"metrics there, by a token", there, "GET", "/metrics", []string{read}, 200},
		{"metrics there, without a file", bare, "GET", "/metrics", nil, 403},
		{"a level here", here, "PUT", "/-/log-level", nil, 200},
		{"a level there", there, "PUT", "/-/log-level", nil, 401},
		{"a level by who may look", there, "PUT", "/-/log-level", []string{read}, 403},
		{"a level by who may act", there, "PUT", "/-/log-level", []string{act}, 200},
		{"a level, looked at", there, "GET", "/-/log-level", []string{read}, 200},
		{"a profile here", here, "GET", "/debug/pprof/heap", nil, 200},
		{"a list of profiles here", here, "GET", "/debug/pprof/", nil, 200},
		{"a command line", here, "GET", "/debug/pprof/cmdline", nil, 404},
		{"a profile handed on", here, "GET", "/debug/pprof/heap", []string{"X-Forwarded-For: 192.0.2.1", act}, 404},
		{"a profile by another name", here, "GET", "/debug/pprof/heap", []string{"Host: evil.example"}, 404},
		{"a profile for a page of the web", here, "GET", "/debug/pprof/heap", []string{"Sec-Fetch-Site: cross-site"}, 404},
		{"a profile there", there, "GET", "/debug/pprof/heap", []string{act}, 404},
		{"health there", bare, "GET", "/-/healthy", nil, 200},
		{"something else", here, "GET", "/else", nil, 404},
		{"health, posted", here, "POST", "/-/healthy", nil, 405},
	} {
		status, body, header := tt.on.asked(t, tt.method, tt.path, "info", tt.headers...)
		if status != tt.want {
			t.Errorf("%s: got %d, %.200s, want %d", tt.name, status, body, tt.want)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Content-Security-Policy":      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: got %s %q, want %q", tt.name, name, got, want)
			}
		}
	}
}

func TestABodyIsBounded(t *testing.T) {
	f := newFaced(t, true, nil)
	got := 0
	read := (&surface{}).strict(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var large *http.MaxBytesError
		body, err := io.ReadAll(r.Body)
		if got = len(body); !errors.As(err, &large) {
			t.Errorf("got %v, want a refusal", err)
		}
	}))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.url, bytes.NewReader(make([]byte, 2*mostAsked)))
	must(t, err)
	read.ServeHTTP(discarded{}, request)
	if got != mostAsked {
		t.Errorf("got %d bytes, want %d", got, mostAsked)
	}
}

type discarded struct{}

func (discarded) Header() http.Header         { return http.Header{} }
func (discarded) Write(b []byte) (int, error) { return len(b), nil }
func (discarded) WriteHeader(int)             {}

// A certificate that is renewed on disk is shown from the next handshake on; one that becomes bad there is not.
func TestACertificateIsRenewedWithoutARestart(t *testing.T) {
	authority, err := kafkatest.NewAuthority(t.TempDir())
	must(t, err)
	first, err := authority.Issue("tocsin")
	must(t, err)
	f := newFaced(t, false, func(c *config) { c.HTTP.CertFile, c.HTTP.KeyFile = first.CertFile, first.KeyFile })
	pem, err := os.ReadFile(authority.File)
	must(t, err)
	known := x509.NewCertPool()
	known.AppendCertsFromPEM(pem)
	shown := func() int64 {
		t.Helper()
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: known}, DisableKeepAlives: true}}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+"/-/healthy", nil)
		must(t, err)
		response, err := client.Do(request)
		must(t, err)
		defer response.Body.Close() //nolint:errcheck // nothing is read of it
		if got := response.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
			t.Errorf("got %q, want browsers to keep to TLS", got)
		}
		return response.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	if got := shown(); got != first.Serial {
		t.Errorf("got certificate %d, want %d", got, first.Serial)
	}
	second, err := authority.Issue("tocsin")
	must(t, err)
	if got := shown(); got != second.Serial {
		t.Errorf("renewed: got certificate %d, want %d", got, second.Serial)
	}
	must(t, os.WriteFile(second.KeyFile, []byte("half of a key"), 0o600))
	for range 3 {
		if got := shown(); got != second.Serial {
			t.Errorf("broken on disk: got certificate %d, want %d", got, second.Serial)
		}
	}
	if n := strings.Count(f.log.String(), "going on with the certificate that was read before"); n != 1 {
		t.Errorf("people were told %d times, want once: %s", n, f.log.String())
	}
}

func TestPlainHTTPBeyondThisMachineIsMeant(t *testing.T) {
	for address, refused := range map[string]bool{
		"127.0.0.1:9464": false, "[::1]:9464": false, "localhost:9464": false, "": false,
		"0.0.0.0:9464": true, ":9464": true, "10.0.0.7:9464": true, "tocsin.example:9464": true,
	} {
		for _, more := range []string{"", "plain_text: true", "tls: {cert_file: c, key_file: k}"} {
			_, _, err := parseConfig("test", fmt.Appendf(nil, "http: {listen: %q, %s}", address, more), nil)
			if want := refused && more == ""; (err != nil) != want {
				t.Errorf("%q with %q: got %v, want it refused: %v", address, more, err, want)
			}
		}
	}
	for _, half := range []string{"cert_file", "key_file"} {
		if _, _, err := parseConfig("test", fmt.Appendf(nil, "http: {tls: {%s: f}}", half), nil); err == nil {
			t.Errorf("%s alone is taken", half)
		}
	}
	if _, err := openCertificate(httpConfig{CertFile: "nowhere.pem", KeyFile: "nowhere.key"}, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a certificate that is not there is taken")
	}
}

var _ guard = (*desk.API)(nil)

// A container that has but one file asks with it.
func TestReadyAsksTheRunOnThisMachine(t *testing.T) {
	f := newFaced(t, false, nil)
	address := strings.TrimPrefix(f.url, "http://")
	ask := func(listen string, args ...string) (int, string) {
		var out bytes.Buffer
		code := run(&process{t.Context(), []string{"TOCSIN_HTTP_LISTEN=" + listen, "TOCSIN_HTTP_PLAIN_TEXT=true"}, nil, &out, &out}, append([]string{"ready"}, args...))
		return code, out.String()
	}
	if code, out := ask(address); code != exitFinding || out != "not ready: it has not joined the group yet\n" {
		t.Errorf("at the start: exit %d, %q", code, out)
	}
	if code, out := ask(address, "--healthy"); code != exitGood || out != "healthy\n" {
		t.Errorf("healthy: exit %d, %q", code, out)
	}
	f.ready.tell(nil)
	_, port, _ := net.SplitHostPort(address)
	if code, out := ask("0.0.0.0:" + port); code != exitGood || out != "ready\n" {
		t.Errorf("on every address: exit %d, %q", code, out)
	}
	if code, out := ask(unusedAddress(t)); code != exitFinding || !strings.Contains(out, "refused") {
		t.Errorf("where nobody is: exit %d, %q", code, out)
	}
	if code, _ := ask(""); code != exitUsage {
		t.Errorf("without an address: exit %d", code)
	}
}
