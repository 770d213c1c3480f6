package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tocsin/consumer/kafka"
)

var (
	clientForm = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,200}$`)
	hostForm   = regexp.MustCompile(`^[a-zA-Z0-9._:-]{1,253}$`)
)

// checkInstance takes what Kafka takes as group.instance.id.
func checkInstance(s string) error {
	if s != "" && (!topicForm.MatchString(s) || s == "." || s == "..") {
		return fmt.Errorf("%q is no instance's name: 1 to 249 letters, digits, dots, underscores and hyphens", clip(s))
	}
	return nil
}

func checkClientID(s string) error {
	if !clientForm.MatchString(s) {
		return fmt.Errorf("%q is no client's id: 1 to 200 letters, digits, dots, underscores and hyphens", clip(s))
	}
	return nil
}

func checkMechanism(s string) error {
	if s != "" && !slices.Contains(kafka.Mechanisms(), s) {
		return notOneOf(s, kafka.Mechanisms())
	}
	return nil
}

func checkServerName(s string) error {
	if s != "" && !hostForm.MatchString(s) {
		return fmt.Errorf("%q is no host's name", clip(s))
	}
	return nil
}

func checkUser(s string) error {
	if utf8.RuneCountInString(s) > 255 {
		return errors.New("has more than 255 characters")
	}
	if strings.ContainsAny(s, "\x00\r\n") {
		return errors.New("is more than a line of text")
	}
	return nil
}

// checkSecurity refuses what would leave a connection less secure than whoever wrote the file believes, or cannot work.
func checkSecurity(r *reader, c *config) {
	t, a := c.Kafka.Security.TLS, c.Kafka.Security.SASL
	password := a.Mechanism == kafka.Plain || a.Mechanism == kafka.Scram256 || a.Mechanism == kafka.Scram512
	token := a.Mechanism == kafka.OAuthBearer
	off, other := "has no effect while kafka.tls.enabled is false", "has no effect with the mechanism "+a.Mechanism
	if a.Mechanism == "" {
		other = "has no effect without a mechanism: kafka.sasl.mechanism is empty"
	}
	for _, rule := range []struct {
		key, content string
		used         bool
		otherwise    string
	}{
		{"tls.ca_file", t.CAFile, t.Enabled, off},
		{"tls.cert_file", t.CertFile, t.Enabled, off},
		{"tls.key_file", t.KeyFile, t.Enabled, off},
		{"tls.server_name", t.ServerName, t.Enabled, off},
		{"sasl.user", a.User, password, other},
		{"sasl.password_file", a.PasswordFile, password, other},
		{"sasl.token_file", a.TokenFile, token, other},
	} {
		if rule.content != "" && !rule.used {
			r.refuseKey("kafka."+rule.key, "%s", rule.otherwise)
		}
	}
	for _, rule := range []struct {
		given       bool
		key         string
		other       string // that must not be empty
		needs, name string
	}{
		{t.Enabled && t.CertFile != "", "tls.cert_file", t.KeyFile, "needs", "tls.key_file"},
		{t.Enabled && t.KeyFile != "", "tls.key_file", t.CertFile, "needs", "tls.cert_file"},
		{password, "sasl.mechanism", a.User, a.Mechanism + " needs", "sasl.user"},
		{password, "sasl.mechanism", a.PasswordFile, a.Mechanism + " needs", "sasl.password_file"},
		{token, "sasl.mechanism", a.TokenFile, a.Mechanism + " needs", "sasl.token_file"},
	} {
		if rule.given && rule.other == "" {
			r.refuseKey("kafka."+rule.key, "%s kafka.%s", rule.needs, rule.name)
		}
	}
}
