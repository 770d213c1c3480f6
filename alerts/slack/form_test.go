package slack

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// lobby is a Reception of so many people, on the day of the breach.
func lobby(language *alerts.Language, names ...string) *Reception {
	people := map[string]Person{}
	for i, name := range names {
		people["U"+string(rune('A'+i))] = Person{Name: name}
	}
	return NewReception(ReceptionConfig{Language: language, People: people, Now: func() state.Instant { return state.DateOf(2026, 11, 20).Start(time.UTC) }})
}

// pressing is a task in review, and what its form is asked by.
func pressing(c control, customer, signal string) (*act, *standing) {
	about := subject{seq: 2, caseID: strings.Repeat("c", 32), task: strings.Repeat("t", 32), customer: state.CustomerID(customer)}
	t := &alerts.TaskChange{
		TaskID: about.task, Seq: 3, Customer: about.customer, State: alerts.TaskInReview, Severity: detectors.Critical, Owner: "li.wei", By: "ana",
		Due: 1795449600000000000, MoneyAtRisk: euros(28512050), Recommended: []string{"hold_orders", "formal_letter"},
	}
	a := &act{user: "UA", control: c, about: about, answer: "https://hooks.slack.test/response/1"}
	if c.tells {
		a.place = &place{Channel: "C0CREDIT", Thread: "1795449600.000100", Today: "2026-11-20", Currency: "EUR"}
	}
	return a,
		&standing{t, []alertOf{{"a1", "limit_breach", detectors.Critical}, {"a2", signal, detectors.Warning}}}
}

func forms() []control {
	return []control{snooze, decide, reassign, feedback, contact, promise, note, askLimit, grantLimit}
}

func TestFormsLookAsAgreed(t *testing.T) {
	for _, c := range append(forms(), letGo) {
		for _, tag := range alerts.Languages() {
			language, _ := alerts.LanguageOf(tag)
			r := lobby(language, "ana", "li.wei", "<!here> *bo*", "ana")
			a, task := pressing(c, "C-104822", "overdue")
			form := r.form(a, task)
			if c == letGo {
				form = r.releaseForm(a, tooMany())
			}
			if err := lintForm(&form); err != nil {
				t.Errorf("%v in %s: %v", c.action, tag, err)
			}
			var got bytes.Buffer
			encoder := json.NewEncoder(&got)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			if err := encoder.Encode(form); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", "form_"+c.action.String()+"_"+tag+".json")
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("%s is another form now (-want +got); if it should be, run with -update:\n%s", path, diff)
			}
		}
	}
}

// However long and hostile ids and names are, a form is one that Slack takes, and shows no markup of theirs.
func TestFormsHoldWhateverNamesHold(t *testing.T) {
	long := strings.Repeat("國<!channel>`*", 10)
	names := []string{long[:80]}
	for i := range 150 {
		names = append(names, strings.Repeat("n", i%80+1)+" "+strings.Repeat("<@U1>", 2)+string(rune('a'+i%26)))
	}
	for _, c := range forms() {
		a, task := pressing(c, long+long, long)
		a.answer = "https://hooks.slack.com/actions/" + strings.Repeat("x", 300)
		task.Owner, task.By = long, long
		for range 150 {
			task.alerts = append(task.alerts, alertOf{strings.Repeat("f", 28) + string(rune('a'+len(task.alerts)%26)) + string(rune('a'+len(task.alerts)/26)), long, detectors.Warning})
		}
		form := lobby(alerts.English, names...).form(a, task)
		if err := lintForm(&form); err != nil {
			t.Errorf("%v: %v", c.action, err)
		}
		text := form.Blocks.BlockSet[0].(*slack.SectionBlock).Text.Text
		if strings.Contains(text, "<!channel") || strings.Contains(text, "<@U") {
			t.Errorf("%v: %q holds markup", c.action, text)
		}
	}
}

func TestAFormThatSlackWouldRefuseIsNamed(t *testing.T) {
	for _, tt := range []struct {
		want   string
		change func(*slack.ModalViewRequest)
	}{
		{"title of 25 characters", func(f *slack.ModalViewRequest) { f.Title = plainText(strings.Repeat("x", 25)) }},
		{"submit is not plain text", func(f *slack.ModalViewRequest) { f.Submit = nil }},
		{"private metadata of 3001", func(f *slack.ModalViewRequest) { f.PrivateMetadata = strings.Repeat("x", 3001) }},
		{"not the only one", func(f *slack.ModalViewRequest) { f.Blocks.BlockSet = append(f.Blocks.BlockSet, f.Blocks.BlockSet[1]) }},
		{"0 options", func(f *slack.ModalViewRequest) { selectOf(f).Options = nil }},
		{"101 options", func(f *slack.ModalViewRequest) { selectOf(f).Options = make([]*slack.OptionBlockObject, 101) }},
		{"option of 76", func(f *slack.ModalViewRequest) { selectOf(f).Options[0].Text = plainText(strings.Repeat("x", 76)) }},
		{"value of 151", func(f *slack.ModalViewRequest) { selectOf(f).Options[0].Value = strings.Repeat("x", 151) }},
		{"stands twice", func(f *slack.ModalViewRequest) { selectOf(f).Options[0] = selectOf(f).Options[1] }},
		{"hint of 2001", func(f *slack.ModalViewRequest) {
			f.Blocks.BlockSet[1].(*slack.InputBlock).Hint = plainText(strings.Repeat("x", 2001))
		}},
		{"not a kind of field", func(f *slack.ModalViewRequest) {
			f.Blocks.BlockSet[1].(*slack.InputBlock).Element = slack.NewTimePickerBlockElement("x")
		}},
	} {
		a, task := pressing(decide, "C-1", "overdue")
		form := lobby(alerts.English, "ana").form(a, task)
		tt.change(&form)
		if err := lintForm(&form); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want a fault with %q", err, tt.want)
		}
	}
}

// selectOf is the first field to choose from.
func selectOf(f *slack.ModalViewRequest) *slack.SelectBlockElement {
	return f.Blocks.BlockSet[1].(*slack.InputBlock).Element.(*slack.SelectBlockElement)
}

// What is filled in comes back as a decision; what no form of this version asks for does not.
func TestWhatIsFilledInIsADecision(t *testing.T) {
	chosen := func(v string) slack.BlockAction {
		return slack.BlockAction{SelectedOption: slack.OptionBlockObject{Value: v}}
	}
	field := func(name string, v slack.BlockAction) map[string]map[string]slack.BlockAction {
		return map[string]map[string]slack.BlockAction{name: {name: v}}
	}
	for _, tt := range []struct {
		values map[string]map[string]slack.BlockAction
		want   alerts.Decision
	}{
		{nil, alerts.Decision{}},
		{field("until", slack.BlockAction{SelectedDate: "2026-12-01"}), alerts.Decision{Until: state.DateOf(2026, 12, 1)}},
		{field("until", slack.BlockAction{}), alerts.Decision{}},
		{field("review", slack.BlockAction{SelectedDate: "2026-12-01"}), alerts.Decision{NextReview: state.DateOf(2026, 12, 1)}},
		{field("worse", slack.BlockAction{Value: "20"}), alerts.Decision{Worse: 20}},
		{field("reason", chosen("timing")), alerts.Decision{ReasonCode: "timing"}},
		{field("decision", chosen("call")), alerts.Decision{Code: "call"}},
		{field("worth", chosen("known")), alerts.Decision{Code: "known"}},
		{field("to", chosen("bo")), alerts.Decision{To: "bo"}},
		{field("alert", chosen("a1")), alerts.Decision{Alert: "a1"}},
	} {
		if got, err := said(tt.values); err != nil || got != tt.want {
			t.Errorf("%v: got %+v, %v, want %+v", tt.values, got, err, tt.want)
		}
	}
	for _, values := range []map[string]map[string]slack.BlockAction{
		field("until", slack.BlockAction{SelectedDate: "soon"}), field("worse", slack.BlockAction{Value: "-1"}), field("worse", slack.BlockAction{Value: "2.5"}),
		field("by", chosen("somebody else")),
	} {
		if got, err := said(values); !errors.Is(err, errForm) {
			t.Errorf("%v: got %+v, %v, want it refused", values, got, err)
		}
	}
}
