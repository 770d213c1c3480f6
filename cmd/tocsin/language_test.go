package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"tocsin/alerts"
	"tocsin/alerts/slack/slacktest"
	"tocsin/detectors"
	"tocsin/state"
)

// publishersWords are facts whose values are a publisher's words, which no language has.
var publishersWords = []string{"account_1", "account_2", "account_3", "holder", "return_code", "grade_given_by", "grade_given_reason",
	"segment", "country", "credit_manager", "account_owner", "currency"}

// What each signal says, for each reason and level that a story tells of, side by side in all languages. It is what people read: a
// person of each language reads the difference.
func TestEachSignalIsToldAsAgreed(t *testing.T) {
	told := map[string]string{}
	for _, p := range allTales(t) {
		for i := range p.told {
			a := p.told[i].asCase()
			key := strings.TrimSpace(fmt.Sprintf("%s %s %s", a.Signal, a.Level, a.Reason))
			if p.config.wording(p.told[i].RuleSet, a.Signal) != "" || a.Level == detectors.None || told[key] != "" {
				continue
			}
			var b strings.Builder
			fmt.Fprintf(&b, "%s\n", key)
			for _, tag := range alerts.Languages() {
				language, _ := alerts.LanguageOf(tag)
				for _, said := range sayAll(language, &a) {
					fmt.Fprintf(&b, "  %s  %s\n", tag, said)
				}
			}
			told[key] = b.String()
		}
	}
	for _, d := range detectors.All() {
		signal := d.Sign().Signal
		if !slices.ContainsFunc(slices.Collect(maps.Keys(told)), func(key string) bool { return strings.HasPrefix(key, signal+" ") }) {
			t.Errorf("no story tells of %s", signal)
		}
	}
	var all strings.Builder
	for _, key := range slices.Sorted(maps.Keys(told)) {
		all.WriteString(told[key] + "\n")
	}
	golden(t, "told.txt", all.String())
}

// allTales are all stories, played.
func allTales(t *testing.T) []*playedTale {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(storyDir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var all []*playedTale
	for _, name := range names {
		all = append(all, playTale(t, name))
	}
	return all
}

// What the alerts of all stories say in Chinese has no letters but those of currencies: no code is shown as it stands.
func TestStoriesAreToldInChinese(t *testing.T) {
	language, _ := alerts.LanguageOf("zh")
	told := 0
	for _, p := range allTales(t) {
		for i := range p.told {
			a := p.told[i].asCase()
			a.Wording = p.config.wording(p.told[i].RuleSet, a.Signal)
			for _, said := range sayAll(language, &a) {
				told++
				if left := letters(said); left != "" {
					t.Errorf("%s: %s: %q has the letters %q", p.title(), a.Signal, said, left)
				}
			}
		}
	}
	if told < 1000 {
		t.Errorf("got %d sentences of all stories, want many", told)
	}
}

// asCase is what a case would hold of the alert.
func (a *toldAlert) asCase() alerts.CaseAlert {
	c := alerts.CaseAlert{
		Signal: a.Signal, Level: levelNamed(a.To), Reason: a.Reason,
		Detail: detectors.Detail{Facts: a.Facts, Actions: a.Actions},
	}
	for _, d := range detectors.All() {
		if sign := d.Sign(); sign.Signal == a.Signal {
			c.HoldDays = sign.ClearHoldDays
		}
	}
	if a.AtRisk != nil {
		c.MoneyAtRisk.Currency, _ = state.ParseCurrency(a.AtRisk.Currency)
	}
	for _, w := range a.ClearsIf {
		way := detectors.Remedy{Do: w.Do, To: levelNamed(w.To)}
		if w.Amount != nil {
			amount := storyWords{words: []string{w.Amount.Amount, w.Amount.Currency}}
			way.Amount = amount.amount()
		}
		c.ClearsIf = append(c.ClearsIf, way)
	}
	return c
}

// sayAll is all that is said of an alert, but for what an analyst wrote.
func sayAll(l *alerts.Language, a *alerts.CaseAlert) []string {
	var said []string
	if a.Wording == "" {
		said = append(said, l.Alert(*a), l.Change(alerts.Change{Signal: a.Signal, Reason: a.Reason, To: a.Level, Kind: alerts.Raised}))
	}
	for _, f := range a.Facts {
		if !slices.Contains(publishersWords, f.Name) && !strings.HasPrefix(f.Name, detectors.PointsOf) {
			said = append(said, l.Ground(a, f))
		}
	}
	if points := l.Points(a); points != "" {
		said = append(said, points)
	}
	for _, r := range a.ClearsIf {
		said = append(said, l.Remedy(r)+l.Hold(*a))
	}
	for _, code := range a.Actions {
		said = append(said, l.Action(code))
	}
	return said
}

// letters are what a sentence holds of words in Latin letters that are no currencies.
func letters(said string) string {
	words := strings.FieldsFunc(said, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && r != '_' })
	return strings.Join(slices.DeleteFunc(words, func(word string) bool {
		_, ok := state.ParseCurrency(word)
		return ok || word == ""
	}), " ")
}

func TestLettersAreFound(t *testing.T) {
	for said, want := range map[string]string{"敞口 5.00 EUR": "", "登记内容 winding_up petition": "winding_up petition", "逾期3天over": "over", "": ""} {
		if got := letters(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}

// Messages go out in the language of the configuration, English where it names none.
func TestMessagesAreInTheConfiguredLanguage(t *testing.T) {
	for settings, want := range map[string]string{"": "WARNING: C-1: No credit limit on file.", "notify: {language: zh}\n": "预警：C-1：未设信用额度。"} {
		workspace, err := slacktest.New("")
		if err != nil {
			t.Fatal(err)
		}
		token := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(token, []byte("xoxb-1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s := &service{config: accepted(t, fmt.Sprintf("%sslack: {token_file: %q, api_url: %q}\n", settings, token, workspace.URL))}
		limitless := &alerts.CaseMessage{
			CaseID: "1", Seq: 1, Customer: "C-1", State: alerts.CaseOpen, Severity: detectors.Warning, Opened: 20_000, At: 20_000,
			Alerts: []alerts.CaseAlert{{Signal: "limit_missing", Level: detectors.Warning, Since: 20_000, LevelSince: 20_000}},
		}
		if _, err := s.outbox(meters{}, &tenure{}).Sender.Post(t.Context(), limitless); err != nil {
			t.Fatal(err)
		}
		if got := workspace.Messages(); len(got) != 1 || got[0].Text != want {
			t.Errorf("%q: got %+v, want %q", settings, got, want)
		}
		if err := workspace.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
