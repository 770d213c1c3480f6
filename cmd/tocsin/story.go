package main

import (
	"fmt"
	"os"
	"strings"
)

// storyCommand plays stories: text files in which an analyst writes what happens to customers and what Tocsin is to say
// of it.
type storyCommand struct {
	Update bool     `help:"Rewrite what the stories want to what comes out."`
	Files  []string `arg:"" name:"file" help:"Story: a comment, then the sections config (optional), events, want, and state DATE (any number)."`
}

// Help is the manual of the language.
func (c *storyCommand) Help() string { return storyManual }

// Run plays each story and prints ok, or where it differs from what it wants.
func (c *storyCommand) Run(p *process) error {
	differs := false
	for _, name := range c.Files {
		s, err := readStory(name)
		if err != nil {
			return err
		}
		got, err := s.play(p.ctx)
		if err != nil {
			return refusedConfig(p, err)
		}
		diff := s.differences(got)
		switch {
		case diff == "":
			fmt.Fprintf(p.stdout, "ok       %s\n", name)
		case c.Update:
			if err := os.WriteFile(name, []byte(got.String()), 0o644); err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, "updated  %s\n%s", name, diff)
		default:
			differs = true
			fmt.Fprintf(p.stdout, "differs  %s\n%s", name, diff)
		}
	}
	if differs {
		return errFinding
	}
	return nil
}

// tale is a story as its file holds it.
type tale struct {
	name     string
	sections []taleSection // the first has no title: it is the comment
}

// taleSection is a part of the file, from below its title line on.
type taleSection struct {
	title string
	line  int // of the title
	text  string
}

// Titles of sections; that of a state is followed by its date.
const (
	configSection = "config"
	eventsSection = "events"
	wantSection   = "want"
	stateSection  = "state "
)

func readStory(name string) (*tale, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return parseStory(name, string(text))
}

// parseStory cuts a file into its sections.
func parseStory(name, text string) (*tale, error) {
	s := &tale{name: name, sections: []taleSection{{}}}
	seen := map[string]bool{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		title, ok := sectionTitle(line)
		if !ok {
			s.sections[len(s.sections)-1].text += line
			continue
		}
		known := title == configSection || title == eventsSection || title == wantSection || strings.HasPrefix(title, stateSection)
		if !known || seen[title] {
			return nil, fmt.Errorf("%s:%d: section %q: each of config, events, want and state DATE stands once", name, number, title)
		}
		seen[title] = true
		s.sections = append(s.sections, taleSection{title: title, line: number})
	}
	if !seen[eventsSection] || !seen[wantSection] {
		return nil, fmt.Errorf("%s: a story needs the sections events and want", name)
	}
	return s, nil
}

// sectionTitle reads a line such as "-- want --".
func sectionTitle(line string) (string, bool) {
	line = strings.TrimSpace(line)
	if len(line) < 7 || !strings.HasPrefix(line, "-- ") || !strings.HasSuffix(line, " --") {
		return "", false
	}
	return strings.TrimSpace(line[3 : len(line)-3]), true
}

func (s *tale) section(title string) taleSection {
	for _, section := range s.sections {
		if section.title == title {
			return section
		}
	}
	return taleSection{}
}

// String is the file.
func (s *tale) String() string {
	var b strings.Builder
	for i, section := range s.sections {
		if i > 0 {
			fmt.Fprintf(&b, "-- %s --\n", section.title)
		}
		b.WriteString(section.text)
	}
	return b.String()
}

// differences are the lines that a story wants and does not get, and those that it gets and does not want.
func (s *tale) differences(got *tale) string {
	var b strings.Builder
	for i, section := range s.sections {
		want, have := storyLines(section.text), storyLines(got.sections[i].text)
		for len(want) > 0 && len(have) > 0 && sameStoryLine(want[0], have[0]) {
			want, have = want[1:], have[1:]
		}
		for len(want) > 0 && len(have) > 0 && sameStoryLine(want[len(want)-1], have[len(have)-1]) {
			want, have = want[:len(want)-1], have[:len(have)-1]
		}
		for _, line := range want {
			fmt.Fprintf(&b, "  want  %s\n", line)
		}
		for _, line := range have {
			fmt.Fprintf(&b, "  got   %s\n", line)
		}
	}
	return b.String()
}

// storyLines are the lines that say something.
func storyLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

// sameStoryLine compares but for spaces. A transition that is wanted without its sentence may have any.
func sameStoryLine(want, got string) bool {
	a, b := strings.Fields(want), strings.Fields(got)
	if n := len(a); n < len(b) && n > 2 && a[n-2] == "->" {
		b = b[:n]
	}
	return strings.Join(a, " ") == strings.Join(b, " ")
}
