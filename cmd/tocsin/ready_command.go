package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// readyCommand asks the run on this machine, where there is nothing else to ask with, as in a container that has but one file.
type readyCommand struct {
	configFlag
	Healthy bool `help:"Ask whether it answers at all, not whether it takes events."`
}

// Run prints what the run says. It is a finding that it is not ready.
func (c *readyCommand) Run(p *process) error {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	if loaded.HTTPListen == "" {
		return usageError{"http.listen is empty: there is nobody to ask"}
	}
	path := "/-/ready"
	if c.Healthy {
		path = "/-/healthy"
	}
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, loaded.ownURL()+path, nil)
	if err != nil {
		return err
	}
	// It is this machine's own answer, and says nothing that is worth forging; the certificate bears another name than this one.
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // see above
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // it was read only
	said, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, strings.TrimSpace(string(said)))
	if response.StatusCode != http.StatusOK {
		return errFinding
	}
	return nil
}

// ownURL is where this machine finds its own listener.
func (c *config) ownURL() string {
	host, port, _ := net.SplitHostPort(c.HTTPListen) // checked with the configuration
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	scheme := "http"
	if c.HTTP.CertFile != "" {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
