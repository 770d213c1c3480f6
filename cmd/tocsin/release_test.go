//go:build release && kafka

package main

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state/postgres/pgtest"
)

// An operator has an archive, a PostgreSQL, Apache Kafka with its tools, and what deploy/README.md says: its commands are run as they stand
// there, in an archive that was unpacked elsewhere. Two archives of one commit are the same.
func TestFromAnArchiveToARunningServiceByTheWordsOfItsReadme(t *testing.T) {
	archive, again := built(t), built(t)
	first, err := os.ReadFile(archive)
	must(t, err)
	second, err := os.ReadFile(again)
	must(t, err)
	if !bytes.Equal(first, second) {
		t.Error("two builds of one commit differ")
	}
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "tar", "xzf", archive, "--strip-components=1", "-C", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	server, err := clusters()
	must(t, err)
	cluster := server.Cluster(t)
	database, err := pgtest.StartWith("fsync=on")
	must(t, err)
	t.Cleanup(func() { _ = database.Stop() })
	as := func(user string) string {
		u, err := url.Parse(database.NewSchema(t))
		must(t, err)
		query := u.Query()
		query.Del("search_path")
		u.User, u.RawQuery = url.User(user), query.Encode()
		return u.String()
	}
	readme, err := os.ReadFile(filepath.Join(dir, "deploy", "README.md"))
	must(t, err)
	blocks := strings.Split(string(readme), "```sh\n")
	if len(blocks) < 3 {
		t.Fatal("the README has no commands")
	}
	var script strings.Builder
	script.WriteString("set -euo pipefail\ntrap 'kill $(jobs -p) 2> /dev/null; wait' EXIT\n")
	for _, block := range blocks[1:3] {
		text, _, _ := strings.Cut(block, "```")
		script.WriteString(text)
	}
	address := unusedAddress(t)
	command := exec.CommandContext(t.Context(), "bash", "-c", script.String())
	command.Dir = dir
	command.Env = append(os.Environ(), "PATH="+kafkaTools(t)+":"+os.Getenv("PATH"), "BROKERS="+strings.Join(cluster.Addresses(), ","), "REPLICAS=1", "PARTITIONS=3",
		"ADMIN_URL="+as("tocsin"), "OWNER_URL="+as("tocsin_owner"), "APP_URL="+as("tocsin_app"), "TOCSIN_HTTP_LISTEN="+address)
	out, err := command.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"ok     store rights: tocsin_app reads and writes rows in schema tocsin, and no more", "ok     kafka topic credit.fx.v1: 3 partitions", "\nready\n", " are sent\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("nothing is said of %q", want)
		}
	}
}

// built is a release archive of the working tree.
func built(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	command := exec.CommandContext(t.Context(), repository+"/.ci/release")
	command.Env = append(os.Environ(), "VERSION=test", "OUT="+to)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// kafkaTools is a folder with Kafka's tools as its distribution names them.
func kafkaTools(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, class := range map[string]string{"kafka-topics.sh": "org.apache.kafka.tools.TopicCommand", "kafka-configs.sh": "kafka.admin.ConfigCommand"} {
		tool, err := kafkatest.Tool(t.Context(), class)
		must(t, err)
		text := "#!/bin/sh\nexec"
		for _, arg := range tool.Args {
			text += fmt.Sprintf(" '%s'", arg)
		}
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(text+" \"$@\"\n"), 0o755))
	}
	return dir
}
