package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tocsin/detectors"
)

func readRepository(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// readmeCommands are the commands of the README's shell blocks, continued lines joined.
func readmeCommands(t *testing.T) []string {
	t.Helper()
	var commands []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(readRepository(t, "README.md"), -1) {
		text := strings.ReplaceAll(block[1], "|\n", "| ")
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				commands = append(commands, line)
			}
		}
	}
	return commands
}

func TestEveryCommandOfTheReadmeIsOne(t *testing.T) {
	makefile := readRepository(t, "Makefile")
	seen := 0
	for _, command := range readmeCommands(t) {
		words := strings.Fields(command)
		for len(words) > 0 && strings.HasPrefix(words[0], "TOCSIN_") {
			if name, _, _ := strings.Cut(words[0], "="); !isVariable(name) {
				t.Errorf("%s: no setting has the name %s", command, name)
			}
			words = words[1:]
		}
		switch words[0] {
		case "make":
			if !strings.Contains(makefile, "\n"+words[1]+":") {
				t.Errorf("%s: make knows no such target", command)
			}
		case "bin/tocsin":
			args, _, _ := strings.Cut(strings.Join(words[1:], " "), " > ")
			parser, err := newParser(new(commands), io.Discard, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parser.Parse(strings.Fields(args)); err != nil {
				t.Errorf("%s: %v", command, err)
			}
		case "echo": // an event for kcat: see TestTheReadmesEventIsOne
		default:
			t.Errorf("%s: is no command that this test knows how to check", command)
		}
		seen++
	}
	if seen < 8 {
		t.Errorf("got %d commands in the README, want at least 8", seen)
	}
}

func isVariable(name string) bool {
	for _, s := range settingsOf(defaultConfig()) {
		if variable(s.key) == name {
			return true
		}
	}
	return false
}

func TestTheReadmesEventIsOne(t *testing.T) {
	for _, command := range readmeCommands(t) {
		if !strings.HasPrefix(command, "echo ") {
			continue
		}
		event := regexp.MustCompile(`'(\{.*\})'`).FindStringSubmatch(command)[1]
		event = strings.NewReplacer(`'$(date -u +%FT%TZ)'`, "2026-11-20T09:00:00Z", `'$(date -u +%F)'`, "2026-11-20").Replace(event)
		var out, errs strings.Builder
		p := &process{t.Context(), nil, strings.NewReader(event), &out, &errs}
		if code := run(p, []string{"event", "check", "-"}); code != exitGood {
			t.Errorf("got exit code %d and %s%s, want a good event", code, out.String(), errs.String())
		}
		if topic := defaultConfig().Kafka.Topics.Orders; !strings.Contains(command, "-t "+topic+" ") {
			t.Errorf("%s: want it sent to %s", command, topic)
		}
		return
	}
	t.Error("got no event in the README, want one for kcat")
}

// The table of signals is generated from the detectors; -update writes it anew.
func TestTheReadmeNamesEverySignal(t *testing.T) {
	readme, want := readRepository(t, "README.md"), signalTable()
	table := regexp.MustCompile(`(?m)^\| signal \|.*\n(\|.*\n)+`)
	if got := table.FindString(readme); got == want {
		return
	} else if !*update || got == "" {
		t.Fatalf("the README's table of signals is\n%s\nwant what go test ./cmd/tocsin -run Readme -update makes of it:\n%s", got, want)
	}
	readme = table.ReplaceAllLiteralString(readme, want)
	if err := os.WriteFile(filepath.Join(repository, "README.md"), []byte(readme), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEveryRowOfTheReadmesTableIsWhole(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(signalTable()), "\n")[2:]
	if got, want := len(rows), len(detectors.All()); got != want {
		t.Fatalf("got %d rows, want one for each of %d signals", got, want)
	}
	for _, row := range rows {
		cells := strings.Split(row, " | ")
		if len(cells) != 4 || len(cells[1]) < 20 || cells[2] == "" || strings.Contains(cells[1], "  ") {
			t.Errorf("%s: want what it raises, and the levels", row)
		}
	}
}

func TestTheReadmesConfigurationHolds(t *testing.T) {
	text := readRepository(t, "README.md") + readRepository(t, "deploy/slack/README.md")
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(text, -1) {
		accepted(t, block[1])
	}
}

func TestTheReadmeIsShortAndItsLinksLead(t *testing.T) {
	readme := readRepository(t, "README.md")
	if lines := strings.Count(readme, "\n"); lines > 170 {
		t.Errorf("got %d lines, want at most 170", lines)
	}
	for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(readme, -1) {
		if _, err := os.Stat(filepath.Join(repository, link[1])); err != nil {
			t.Errorf("link %s leads nowhere", link[1])
		}
	}
}
