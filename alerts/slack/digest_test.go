package slack

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// digestOf is a digest in which every list is as long as it may be, and everybody has a name.
func digestOf(name string, signals ...string) *alerts.Digest {
	day := state.DateOf(2026, 11, 20)
	news := alerts.DigestNews{Count: 10_000, AtRisk: []state.Money{euros(28512050)}}
	tasks := alerts.DigestTasks{Count: 10_000, More: 4}
	for i := range 10 {
		customer := state.CustomerID(fmt.Sprintf("<!here>*`_C-%d_`*", i))
		news.Cases = append(news.Cases, alerts.DigestCase{Customer: customer, Name: name, Severity: detectors.Critical, Signals: signals, MoneyAtRisk: euros(int64(9-i) * 100)})
		task := alerts.DigestTask{TaskID: "t", Customer: customer, Name: name, Due: day.Start(time.UTC), MoneyAtRisk: euros(100)}
		tasks.Owners = append(tasks.Owners, alerts.DigestOwner{Owner: name, Count: 20 - i, Tasks: []alerts.DigestTask{task, task, task}})
	}
	return &alerts.Digest{
		Day: day, Last: day + 2, New: news, Worse: news, Better: news, Closed: news, Overdue: tasks, Today: tasks, Withheld: 3,
		Stale: []state.StaleInput{{Topic: name, Partition: 7, Since: day - 3}}, Customers: 10_000,
	}
}

func TestDigestsLookAsAgreed(t *testing.T) {
	short := digestOf("<!channel> *Acme* `rm`\n\u202eevil & <@U1>", "overdue", "limit_breach")
	for _, n := range []*alerts.DigestNews{&short.New, &short.Worse, &short.Better, &short.Closed} {
		n.Count, n.Cases = 1, n.Cases[:1]
	}
	for _, n := range []*alerts.DigestTasks{&short.Overdue, &short.Today} {
		n.Count, n.More, n.Owners = 20, 0, n.Owners[:1]
	}
	quiet := &alerts.Digest{Day: short.Day, Last: short.Last, Customers: 412, LastEvent: short.Day.Start(time.UTC)}
	for name, d := range map[string]*alerts.Digest{"digest": short, "digest_quiet": quiet} {
		for file, l := range map[string]*alerts.Language{name + ".json": alerts.English, name + "_zh.json": alerts.Chinese} {
			got, err := PreviewDigest(d, l)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", file)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s is another message now (-want +got):\n%s", path, diff)
			}
		}
	}
}

// However many cases there are and whatever they are called, a digest fits, and no name is more than text.
func TestHostileDigestsFit(t *testing.T) {
	for _, name := range append(slices.Clone(hostileNames), strings.Repeat("&", 128)) {
		for _, l := range []*alerts.Language{alerts.English, alerts.Chinese} {
			text, blocks := words{l, false}.renderDigest(digestOf(name, "overdue", "limit_breach", "insolvency"))
			if err := lint(text, blocks); err != nil {
				t.Errorf("%q: %v", name, err)
			}
			if len(blocks) != 8 {
				t.Errorf("%q: got %d blocks, want the head and all seven parts", name, len(blocks))
			}
			markup, verbatim := texts(text, blocks)
			for _, shown := range slices.Concat(markup, verbatim) {
				if strings.ContainsAny(ownMoment.ReplaceAllString(shown, ""), "<>\u202e\u2028\u2029") || strings.Count(shown, "`")%2 != 0 {
					t.Errorf("%q: %q holds more than text", name, shown)
				}
			}
		}
	}
}

// As the answer to a command it is a text that Slack takes whole, and says where the rest is.
func TestADigestAsAnAnswerIsCut(t *testing.T) {
	for _, language := range []*alerts.Language{alerts.English, alerts.Chinese} {
		w := words{language, false}
		long := w.digestText(digestOf(strings.Repeat("<", 200), "overdue"))
		if n := len([]rune(long)); n > 4000 || !strings.Contains(long, "`tocsin digest`") {
			t.Errorf("%s: got %d characters: %.200s", language.Tag(), n, long)
		}
		if strings.Contains(long, "<!here>") {
			t.Errorf("%s: a name calls everybody", language.Tag())
		}
		if short := w.digestText(&alerts.Digest{Day: 20_000, Customers: 3}); strings.Contains(short, "tocsin digest") {
			t.Errorf("%s: got %q, want it whole", language.Tag(), short)
		}
	}
}
