package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/state"
)

// tooMany are two days on which too many rose in one rule.
func tooMany() []state.Systemic {
	return []state.Systemic{
		{Day: state.DateOf(2026, 11, 19), Signal: "overdue", Risen: 9, Active: 20}, {Day: state.DateOf(2026, 11, 20), Signal: "limit_breach", Risen: 7, Active: 20},
	}
}

// gate is a desk, and the records, of what is withheld.
type gate struct {
	countingDesk
	Records
	kept      []state.Systemic
	err       error
	said      []string
	forbidden *[]string
}

func (g *gate) Systemic(context.Context) ([]state.Systemic, error) { return slices.Clone(g.kept), nil }

func (g *gate) ReleaseSystemic(_ context.Context, on state.Date, signal, by, why, request string) error {
	if g.err != nil {
		return g.err
	}
	i := slices.IndexFunc(g.kept, func(y state.Systemic) bool { return y.Day == on && y.Signal == signal && y.Withheld() })
	if i < 0 {
		return state.ErrNotWithheld
	}
	g.kept[i].By, g.kept[i].Released = by, 1795166043271000000
	g.said = append(g.said, fmt.Sprintf("%v %s by %s: %s, %s", on, signal, by, why, request[:6]))
	return nil
}

func (g *gate) Forbidden(ctx context.Context, customer state.CustomerID, a alerts.Attempt, request string) error {
	return clerkDesk{forbidden: g.forbidden}.Forbidden(ctx, customer, a, request)
}

// atGate is a Reception of ana and bo, who may, and cy, who may not.
func atGate() (*Reception, *gate) {
	r, g := lobby(alerts.English, "ana", "bo", "cy"), &gate{kept: tooMany(), forbidden: new([]string)}
	r.People["UC"] = Person{Name: "cy", May: []alerts.Action{alerts.Decide}}
	r.Log, r.Desk, r.Records = slog.New(slog.DiscardHandler), g, g
	return r, g
}

// fills is what somebody has filled in, of a form of his own.
func fills(t *testing.T, r *Reception, g *gate, user, choice, why string) *act {
	t.Helper()
	a := &act{user: user, control: letGo, about: subject{4, strings.Repeat("s", 32), noTask, alerts.Everybody}, place: &place{Channel: "C0CREDIT", Thread: "1795449600.000100"}}
	form := r.releaseForm(a, g.kept)
	call := submission(t, &form, map[string]string{fieldRule: choice, fieldReason: why})
	call.User.ID = user
	got, ours := submitted(call)
	if !ours {
		t.Fatalf("got %+v, and that it is none of ours", got)
	}
	return &got
}

// One lets it go, and who is second is told who was first; what comes twice is answered as it was; and everybody is told in the thread.
func TestWhatIsSystemicIsLetGoOnce(t *testing.T) {
	r, g := atGate()
	says := func(a *act, result, want string) {
		t.Helper()
		if got := r.do(t.Context(), a); !strings.Contains(got, want) || a.result != result {
			t.Errorf("got %q, %q, want %q and it to say %q", a.result, got, result, want)
		}
	}
	first := fills(t, r, g, "UA", "2026-11-20 limit_breach", " cut-over <!here> mended ")
	second := fills(t, r, g, "UB", "2026-11-20 limit_breach", "so it seems")
	says(first, "", "the cases are let go")
	if got := r.toldRelease(first); !first.news || !strings.HasSuffix(got, "`ana` lets the cases go. Why: cut-over &lt;!here&gt; mended") {
		t.Errorf("got %v, %q told in the thread", first.news, got)
	}
	says(second, actRefused, "not done, `ana` was first and has let the cases go")
	again := fills(t, r, g, "UA", "2026-11-20 limit_breach", "cut-over mended")
	says(again, "", "the cases are let go")
	if second.news || again.news {
		t.Error("what changes nothing is told in the thread")
	}
	says(fills(t, r, g, "UA", "2026-11-19 overdue", " "), actRefused, "It needs a reason")
	says(fills(t, r, g, "UA", "2026-11-18 overdue", "x"), actRefused, "nothing is withheld any more")
	g.err = errors.New("down")
	says(fills(t, r, g, "UA", "2026-11-19 overdue", "x"), actFailed, "could not do it")
	g.err = nil
	says(fills(t, r, g, "UC", "2026-11-19 overdue", "x"), actForbidden, "does not let `cy` do this (Let the cases go)")
	says(fills(t, r, g, "UX", "2026-11-19 overdue", "x"), actStranger, "does not know who you are")
	if want := []string{"2026-11-20 limit_breach by ana: cut-over <!here> mended, slack/"}; !slices.Equal(g.said, want) {
		t.Errorf("got %q let go, want %q", g.said, want)
	}
	want := []string{"cy, systemic_release, , , slack.people does not let him, slack/", "UX, systemic_release, , , slack.people does not name whoever has this id in Slack, slack/"}
	if !slices.Equal(*g.forbidden, want) {
		t.Errorf("got %q audited, want %q", *g.forbidden, want)
	}
}

// Where nothing is withheld any more there is no form, and who presses is told who was first.
func TestAPressThatComesTooLateIsToldWhoWasFirst(t *testing.T) {
	r, g := atGate()
	a := &act{user: "UB", control: letGo}
	if form, answer, err := r.askRelease(t.Context(), a, nil); err != nil || answer != "" || len(form.Blocks.BlockSet) != 3 {
		t.Errorf("got %v, %q, %v, want a form while something is withheld", form, answer, err)
	}
	for i := range g.kept {
		g.kept[i].By, g.kept[i].Released = []string{"bo", "ana"}[i], state.Instant(i+1)
	}
	if _, answer, _ := r.askRelease(t.Context(), a, nil); a.result != actRefused || !strings.Contains(answer, "`ana` was first") {
		t.Errorf("got %q, %q, want that ana was", a.result, answer)
	}
	g.kept = nil
	if _, answer, _ := r.askRelease(t.Context(), a, nil); !strings.Contains(answer, "nothing is withheld any more") {
		t.Errorf("got %q of what never was", answer)
	}
}

// A press on the message as Slack shows it says what it is about, and where everybody is told of it.
func TestAPressOnWhatIsSystemicIsKnown(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	s = New(Config{TokenFile: s.token.path, APIURL: workspace.URL, Channel: "#credit-alerts", Buttons: true})
	if _, err := s.Post(t.Context(), heldBack(alerts.WhySystemic, 30)); err != nil {
		t.Fatal(err)
	}
	posted := workspace.Messages()[0]
	e, err := workspace.Press("U0ANA", posted, alerts.LetGo.String())
	if err != nil {
		t.Fatal(err)
	}
	var call slack.InteractionCallback
	if err := json.Unmarshal(e.Payload, &call); err != nil {
		t.Fatal(err)
	}
	a, ours := actOf(&call)
	if !ours || a.err != nil || a.control != letGo || a.place == nil || a.place.Thread != posted.Timestamp || a.place.Channel == "" {
		t.Errorf("got %+v at %+v, %v", a, a.place, ours)
	}
}

// The button stands on the message of what is systemic until all of it is let go, and on no other summary, where somebody takes it; and it says what it is about.
func TestOnlyWhatIsSystemicIsLetGo(t *testing.T) {
	for name, tt := range map[string]struct {
		of    *alerts.Summary
		taken bool
		want  string
	}{
		"systemic": {letGoOf(0), true, "systemic_release"}, "nobody takes it": {letGoOf(0), false, ""}, "a budget": {heldBack(alerts.WhyBudget, 30), true, ""},
		"one is let go": {letGoOf(1), true, "systemic_release"}, "both are": {letGoOf(2), true, ""}, "of an earlier program": {heldBack(alerts.WhySystemic, 30), true, "systemic_release"},
	} {
		_, blocks := words{alerts.English, tt.taken}.render(tt.of)
		if got := strings.Join(actions(blocks), " "); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	if got, err := controlOf(letGo.id()); err != nil || got != letGo || !slices.Contains(Acts(), alerts.LetGo) {
		t.Errorf("got %+v, %v, want a button that is known and that people can be allowed", got, err)
	}
}
