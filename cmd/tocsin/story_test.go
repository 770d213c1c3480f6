package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const storyDir = "testdata/stories"

func TestStories(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(storyDir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 16 {
		t.Errorf("got %d stories, want at least 16", len(names))
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			s, err := readStory(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.play(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := s.differences(got); diff != "" {
				t.Errorf("%s differs; tocsin story --update rewrites what it wants:\n%s", name, diff)
			}
		})
	}
}

// A story that is named quiet and whose only customer is C-1 must hold no transition of that customer.
func TestQuietStoriesAreQuiet(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(storyDir, "quiet_*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 5 {
		t.Errorf("got %d quiet stories, want at least 5", len(names))
	}
	for _, name := range names {
		s, err := readStory(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range storyLines(s.section(wantSection).text) {
			if !strings.HasSuffix(strings.Fields(line)[1], ":") {
				t.Errorf("%s: got %q, want nothing said of C-1", name, line)
			}
		}
	}
}

const lateStory = `An invoice is paid late.
-- events --
2026-01-05 invoice inv-1 1200.00 due 2026-02-04
2026-03-20 payment pay-1 1200.00 for inv-1
-- want --
2026-02-10 overdue none -> info
2026-03-07 overdue info -> critical
2026-03-20 overdue warning -> none     Invoice overdue: cleared
-- state 2026-02-10 --
overdue 1200.00
`

func playFile(t *testing.T, text string, args ...string) (code int, stdout, stderr, file string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "late.txtar")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code = run(&process{t.Context(), nil, nil, &out, &errs}, append(append([]string{"story"}, args...), name))
	after, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return code, strings.ReplaceAll(out.String(), name, "late.txtar"), strings.ReplaceAll(errs.String(), name, "late.txtar"), string(after)
}

func TestAStoryThatComesOutDifferentlyIsTold(t *testing.T) {
	code, got, _, file := playFile(t, lateStory)
	want := "differs  late.txtar\n" +
		"  want  2026-03-07 overdue info -> critical\n" +
		"  got   2026-03-07 overdue info -> warning  inv-1: 31 days past due (more than 30)\n"
	if code != exitFinding || got != want {
		t.Errorf("got %d and\n%s\nwant %d and\n%s", code, got, exitFinding, want)
	}
	if file != lateStory {
		t.Errorf("got the file changed to\n%s\nwant it left alone", file)
	}
}

func TestAStoryIsRewrittenOnDemand(t *testing.T) {
	if code, _, _, file := playFile(t, lateStory, "--update"); code != exitGood {
		t.Errorf("got exit code %d, want %d", code, exitGood)
	} else if code, got, _, again := playFile(t, file); code != exitGood || got != "ok       late.txtar\n" || again != file {
		t.Errorf("got %d, %q and\n%s\nwant %d, ok and the same file", code, got, again, exitGood)
	}
}

func TestWhatAStoryCannotTellIsRefusedWhereItStands(t *testing.T) {
	tests := []struct{ events, want string }{
		{"2026-01-05 invoice inv-1 12.001 due 2026-02-04", `late.txtar:3: "12.001" is not an amount of EUR, which has 2 decimals`},
		{"2026-01-05 invoice inv-1 10.00 JPY due 2026-02-04", `late.txtar:3: "10.00" is not an amount of JPY, which has 0 decimals`},
		{"\n2026-02-30 end", `late.txtar:4: "2026-02-30" is not a date such as 2026-03-31`},
		{"2026-01-05 invoice inv-1 10.00 due", "late.txtar:3: a date is missing at the end of the line"},
		{"2026-01-05 invoice inv-1 10.00", `late.txtar:3: the contract refuses it: /data/due_date: "" is no date; give a date such as "2026-11-20" (format)`},
		{"2026-01-05 invoice inv-1 10.00 due 2026-02-04 soon", `late.txtar:3: "soon" is not understood here; see tocsin story --help`},
		{"2026-01-05 rumour", `late.txtar:3: "rumour" is nothing that a story can tell`},
	}
	for _, test := range tests {
		code, _, got, _ := playFile(t, "A story.\n-- events --\n"+test.events+"\n-- want --\n")
		if want := "tocsin: " + test.want + "\n"; code != exitFinding || got != want {
			t.Errorf("%s: got %d %q, want %d %q", test.events, code, got, exitFinding, want)
		}
	}
	_, _, got, _ := playFile(t, "A story.\n-- config --\noverdue: {}\n-- events --\n-- want --\n")
	if want := "late.txtar:3:1: unknown key"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
