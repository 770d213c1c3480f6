package main

import (
	"net"
	"net/netip"
	"strings"
)

// httpConfig is how HTTP is spoken beyond this machine.
type httpConfig struct {
	CertFile, KeyFile string // PEM
	PlainText         bool
}

// logConfig is what is written to standard error.
type logConfig struct {
	Level  string // debug, info, warn, error
	Format string // json, text
}

func httpSettings(c *config) []setting {
	return []setting{
		{key: "http.listen", value: text(&c.HTTPListen, "host:port, or empty", checkAddressOrNone),
			doc: "Metrics, health and API. Beyond this machine, as with 0.0.0.0:9464, it takes http.tls, and tokens for everything but health. Empty: none."},
		{key: "http.tokens_file", value: text(&c.HTTPTokens, "a file's path, or empty", nil),
			doc: "Who may ask the API: a line for each with a name, the SHA-256 of the token in hexadecimal digits, and one or several of read, act and grant, " +
				"as in read,act. It is read again when it changes. Empty: the API may be read from this machine alone, where http.listen is an address such as 127.0.0.1."},
		{key: "http.tls.cert_file", value: text(&c.HTTP.CertFile, "a file's path, or empty", nil),
			doc: "PEM certificate that is shown to whoever asks, with those between it and an authority. It and its key are read again when they change, " +
				"so what is renewed needs no restart. Empty: plain HTTP."},
		{key: "http.tls.key_file", value: text(&c.HTTP.KeyFile, "a file's path, or empty", nil),
			doc: "PEM key of that certificate, not encrypted."},
		{key: "http.plain_text", value: boolean(&c.HTTP.PlainText),
			doc: "Speak plain HTTP beyond this machine all the same: a proxy with TLS stands before it, or nobody else listens to that network."},
	}
}

func logSettings(l *logConfig) []setting {
	return []setting{
		{key: "log.level", value: oneOf(&l.Level, "debug", "info", "warn", "error"),
			doc: "From which level on a run writes to standard error. While it runs, PUT /-/log-level on http.listen sets another."},
		{key: "log.format", value: oneOf(&l.Format, "json", "text"),
			doc: "json for programs, a line each; text for people. Neither has names, what a bank knows, or what invoices say."},
	}
}

// checkHTTP refuses what would let others on the network read along though nobody meant it.
func checkHTTP(r *reader, c *config) {
	switch h := c.HTTP; {
	case h.CertFile != "" && h.KeyFile == "":
		r.refuseKey("http.tls.cert_file", "needs http.tls.key_file")
	case h.KeyFile != "" && h.CertFile == "":
		r.refuseKey("http.tls.key_file", "needs http.tls.cert_file")
	case h.CertFile == "" && !h.PlainText && c.HTTPListen != "" && !onThisMachine(c.HTTPListen):
		r.refuseKey("http.listen", "%s is reached from other machines: set http.tls.cert_file and http.tls.key_file, or http.plain_text where a proxy with TLS stands before it",
			c.HTTPListen)
	}
}

// onThisMachine tells whether an address is reached from this machine alone.
func onThisMachine(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}
