package slack

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

var update = flag.Bool("update", false, "write testdata anew; read the difference, it is what people will see")

// hostile is a case in which every string that is not ours means harm and is as long as it may be.
func hostile(name string) *alerts.CaseMessage {
	msg := breach()
	msg.Name, msg.Customer = name, "<!here>*`_C-1_`*"
	msg.Task.Owner, msg.Task.By = name, "<@U1>"
	for i := range msg.Alerts {
		msg.Alerts[i].Evidence = []string{name, "`<!channel>`", "*INV*"}
	}
	return msg
}

func TestMessagesLookAsAgreed(t *testing.T) {
	tests := map[string]alerts.Message{
		"summary": manyCases(alerts.WhyFirstLoad, 214), "summary_erased": erasedOf(manyCases(alerts.WhyBehind, 6)),
		"summary_flood": heldBack(alerts.WhyFlood, 214), "summary_budget": heldBack(alerts.WhyBudget, 3), "summary_systemic": letGoOf(0),
		"summary_partly_let_go": letGoOf(1), "summary_let_go": letGoOf(2),
		"summary_late": heldBack(alerts.WhyLateTasks, 34),
		"in_review":    inReview(), "decided": decided(), "retracted": retracted(), "over": over(),
		"breach": breach(), "custom": ofCustomSign(), "quiet": quiet(), "lapsing": lapsing(), "settled": settled(), "snoozed": snoozed(), "handed": handed(), "covered": covered(), "grouped": grouped(), "moved": moved(breach(), "#credit-critical", "#sales"), "hostile": hostile("<!channel> *Acme* `rm`\n\u202eevil & <@U1>"),
	}
	for name, msg := range tests {
		for _, tag := range alerts.Languages() {
			language, _ := alerts.LanguageOf(tag)
			file := name
			if language != alerts.English {
				file += "_" + tag
			}
			t.Run(file, func(t *testing.T) { checkGolden(t, file+".json", msg, language) })
		}
	}
}

// checkGolden compares a message in a language with what is on file, and that with what Slack takes.
func checkGolden(t *testing.T, file string, msg alerts.Message, language *alerts.Language) {
	t.Helper()
	text, blocks := words{language, true}.render(msg)
	if err := lint(text, blocks); err != nil {
		t.Error(err)
	}
	got, err := Preview(msg, language, true)
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
		t.Errorf("%s is another message now (-want +got); if it should be, run with -update:\n%s", path, diff)
	}
}

// texts are all that a message shows, apart by whether Slack reads markup in it.
func texts(fallback string, blocks []slack.Block) (markup, verbatim []string) {
	markup = []string{fallback}
	add := func(t *slack.TextBlockObject) {
		if t == nil {
			return
		}
		if t.Type == slack.PlainTextType {
			verbatim = append(verbatim, t.Text)
		} else {
			markup = append(markup, t.Text)
		}
	}
	for _, b := range blocks {
		switch b := b.(type) {
		case *slack.HeaderBlock:
			add(b.Text)
		case *slack.SectionBlock:
			add(b.Text)
			for _, f := range b.Fields {
				add(f)
			}
		case *slack.ContextBlock:
			for _, e := range b.ContextElements.Elements {
				add(e.(*slack.TextBlockObject))
			}
		}
	}
	return markup, verbatim
}

// ownMoment is an instant for Slack to write on the reader's clocks. It holds nothing but digits of ours.
var ownMoment = regexp.MustCompile(`<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d: 年月日（）-]+ ?UTC）?>`)

// No string of a publisher may become a mention, a link, markup or a change of direction, nor break a limit.
func TestHostileStringsAreHarmlessEverywhere(t *testing.T) {
	for _, name := range append(hostileNames, "") {
		for _, of := range inEveryLanguage(hostile(name), closedOf(hostile(name)), hostileSummary(name), moved(hostile(name), name, name)) {
			text, blocks := words{of.language, true}.render(of.msg)
			if err := lint(text, blocks); err != nil {
				t.Errorf("%q: %v", name, err)
			}
			markup, verbatim := texts(text, blocks)
			for _, shown := range slices.Concat(markup, verbatim) {
				if strings.ContainsAny(ownMoment.ReplaceAllString(shown, ""), "<>\u202e\u2066\u2028\u2029") {
					t.Errorf("%q: %q holds what Slack or a reader could take for more than text", name, shown)
				}
			}
			for _, shown := range markup {
				if strings.Count(shown, "`")%2 != 0 || strings.Contains(shown, "``") {
					t.Errorf("%q: %q has a code span that does not end where it should", name, shown)
				}
				for outside := range spans(shown) {
					if strings.Contains(outside, "Acme") || strings.Contains(outside, "bold") && strings.Contains(outside, "*bold*") {
						t.Errorf("%q: %q has a name outside a code span as it came", name, shown)
					}
				}
			}
			if head := verbatim[0]; strings.ContainsAny(head, "\n\r") || strings.HasSuffix(head, ": ") || strings.HasSuffix(head, "：") {
				t.Errorf("%q: header %q is not one line that names the customer", name, head)
			}
		}
	}
}

// spoken is a message in a language.
type spoken struct {
	msg      alerts.Message
	language *alerts.Language
}

// inEveryLanguage are messages, each in every language.
func inEveryLanguage(all ...alerts.Message) []spoken {
	var list []spoken
	for _, tag := range alerts.Languages() {
		language, _ := alerts.LanguageOf(tag)
		for _, msg := range all {
			list = append(list, spoken{msg, language})
		}
	}
	return list
}

// spans are the parts of a text outside its code spans.
func spans(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i, part := range strings.Split(text, "`") {
			if i%2 == 0 && !yield(part) {
				return
			}
		}
	}
}

func closedOf(msg *alerts.CaseMessage) *alerts.CaseMessage {
	done := settled()
	done.Name, done.Customer, done.Task.Owner, done.Task.By = msg.Name, msg.Customer, msg.Task.Owner, msg.Task.By
	return done
}

// The largest case: every list longer than what is shown, every string at its limit and escaped to its longest.
func TestLargestCaseFits(t *testing.T) {
	long := strings.Repeat("&", 128)
	msg := hostile(long)
	msg.CaseID = long
	var all []alerts.CaseAlert
	for _, signal := range []string{"limit_breach", "overdue", "overdue_ratio", "payment_returned", "partial_payment", "adverse_registry", "limit_review_due", "limit_missing", "limit_temporary_expiry"} {
		a := msg.Alerts[0]
		a.Signal = signal
		a.Facts = slices.Repeat([]detectors.Fact{{Name: long, Value: long, Threshold: long}}, 9)
		a.ClearsIf = slices.Repeat(a.ClearsIf, 5)
		a.Actions = detectors.Actions()
		a.Evidence = slices.Repeat([]string{long}, 10)
		all = append(all, a)
	}
	msg.Alerts = all
	msg.Changes = slices.Repeat(msg.Changes, 30)
	for _, of := range inEveryLanguage(msg) {
		if err := lint(words{of.language, true}.render(of.msg)); err != nil {
			t.Error(err)
		}
	}
}

// The largest summary: ten names at their limits and escaped to their longest, sums in more currencies than are shown.
func TestLargestSummaryFits(t *testing.T) {
	s := hostileSummary(strings.Repeat("&", 128))
	for _, code := range []string{"AUD", "CAD", "CHF", "CNY", "GBP", "JPY", "USD"} {
		c, _ := state.ParseCurrency(code)
		s.AtRisk = append(s.AtRisk, state.Money{Minor: 1 << 62, Currency: c})
	}
	for _, of := range inEveryLanguage(s) {
		text, blocks := words{of.language, true}.render(of.msg)
		if err := lint(text, blocks); err != nil {
			t.Error(err)
		}
		if !strings.Contains(text, of.language.Phrase(alerts.PhraseMoreSums, "count", "2")) {
			t.Errorf("got %q, want the sums that are left out counted", text)
		}
	}
}

func TestOneDayIsADay(t *testing.T) {
	msg := breach()
	msg.Headline.DaysPastDue = 1
	if got, want := (words{Language: alerts.English}).headline(msg)[2], "*Overdue*\nEUR 61,400.00, worst 1 day, small and disputed ones too"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What an analyst wrote as a condition is shown as it is, and is no markup.
func TestAConditionIsShownAsCode(t *testing.T) {
	a := alerts.CaseAlert{Signal: "growing_debt", Level: detectors.Critical, Detail: detectors.Detail{
		ClearsIf:   []detectors.Remedy{{Do: detectors.ByCondition, To: detectors.Info}, {Do: detectors.ByCondition, To: detectors.None}},
		Conditions: [detectors.Critical]string{detectors.None: "receivables < 400 && insured", detectors.Info: "`<!channel>` > 1"},
	}}
	got := words{Language: alerts.English}.grounds(a)
	for _, want := range []string{"*Clears if* this holds (down to info): `", "&lt;!channel&gt;", "receivables &lt; 400 &amp;&amp; insured"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want it to hold %q", got, want)
		}
	}
	if strings.Contains(got, "<!") || strings.Count(got, "`") != 4 {
		t.Errorf("got %q, which holds markup of its own", got)
	}
}

func TestATaskSaysWhatIsDueAndWhatWas(t *testing.T) {
	const at = 1795176000 // 2026-11-20 12:00 UTC
	english := words{Language: alerts.English}
	shown := english.moment(at * 1e9)
	for _, tt := range []struct {
		name string
		task alerts.CaseTask
		told int64
		want string
	}{
		{"ahead", alerts.CaseTask{TaskID: "t", State: alerts.TaskOpen, Acknowledge: at * 1e9, Due: at * 1e9}, at - 1, "open, acknowledge by " + shown + ", due " + shown},
		{"past", alerts.CaseTask{TaskID: "t", State: alerts.TaskOpen, Acknowledge: at * 1e9, Due: at * 1e9}, at + 1,
			"open, was to be acknowledged by " + shown + ", was due " + shown},
		{"in hand", alerts.CaseTask{TaskID: "t", State: alerts.TaskInReview, By: "ana", Due: at * 1e9}, at - 1, "in review by `ana`, due " + shown},
		{"closed", alerts.CaseTask{TaskID: "t", State: alerts.TaskClosed, By: "ana"}, at, "closed by `ana`"},
		{"none", alerts.CaseTask{}, at, "none"},
	} {
		if got := english.task(tt.task, state.Instant(tt.told*1e9)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Slack takes asterisks and backticks for markup only where no letter is beside them, and to it a Chinese sign may be one.
func TestMarkupStandsApartFromChinese(t *testing.T) {
	for _, msg := range []alerts.Message{breach(), quiet(), lapsing(), settled(), ofCustomSign(), manyCases(alerts.WhyFirstLoad, 214)} {
		markup, _ := texts(words{alerts.Chinese, true}.render(msg))
		for _, shown := range markup[1:] {
			for _, at := range besideMarkup.FindAllString(shown, -1) {
				t.Errorf("%q in %q is not set apart", at, shown)
			}
		}
	}
}

// besideMarkup is a span of code or bold text with a sign beside it that is neither white space nor punctuation of ASCII.
var besideMarkup = regexp.MustCompile("[^\\x00-\\x7f](?:`[^`\n]+`|\\*[^*\n]+\\*)|(?:`[^`\n]+`|\\*[^*\n]+\\*)[^\\x00-\\x7f]")
