package consumer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/state"
	"tocsin/state/storetest"
)

func (g *rig) answer(desk *Desk, action alerts.Action, by, ask, request string) (bool, error) {
	g.t.Helper()
	return desk.Enter(g.t.Context(), "C-1", alerts.Entry{Action: action, By: by, Ask: ask}, request)
}

func (g *rig) wantRefused(err error, name, by string) {
	g.t.Helper()
	var why *alerts.Refusal
	if !errors.As(err, &why) || why.Name != name || why.By != by {
		g.t.Errorf("got %v, want it refused as %s by %q", err, name, by)
	}
}

// limit is the temporary limit of C-1 in minor units, and what has become of what was asked for.
func (g *rig) limits() (temporary int64, requests string) {
	g.t.Helper()
	s, err := StandingOf(g.t.Context(), g.store, g.engines, "C-1")
	if err != nil {
		g.t.Fatal(err)
	}
	view := s.Records["C-1"].Customer.View(s.Engine.Ledger, s.Day.Date)
	temporary = view.Limit().Temporary
	for _, r := range view.Requests() {
		requests += fmt.Sprint(r.RequestID, " ", r.Status, ";")
	}
	return temporary, requests
}

// A limit that one person asks for is given by a second one, with one commit: the request is accepted, the limit is there, the audit has who,
// the threads hear of it, and who comes later is told who was first. Whoever asked does not answer.
func TestALimitThatIsAskedForIsApprovedByASecondPerson(t *testing.T) {
	g := inArrears(t)
	g.owe("C-2", "INV-2", "5000.00")
	g.turns(10)
	ask := idOf("asks")
	g.enter(aLimit(alerts.AskLimit, firstDay+5, "700"), "asks")
	desk := g.desk()
	_, err := g.answer(desk, alerts.ApproveLimit, "ana", ask, "own")
	g.wantRefused(err, alerts.RefusedOwn, "")
	_, err = g.answer(desk, alerts.DeclineLimit, "ana", ask, "own too")
	g.wantRefused(err, alerts.RefusedOwn, "")
	_, err = g.answer(desk, alerts.ApproveLimit, "bo", idOf("other"), "nothing")
	g.wantRefused(err, alerts.RefusedAsk, "")
	_, err = desk.Enter(t.Context(), "C-2", alerts.Entry{Action: alerts.ApproveLimit, By: "bo", Ask: ask}, "of another customer")
	g.wantRefused(err, alerts.RefusedAsk, "")
	if temporary, requests := g.limits(); temporary != 0 || !strings.Contains(requests, ask+" ") {
		t.Errorf("got %d more limit and requests %s before anybody has answered", temporary, requests)
	}
	for i, want := range []bool{true, false, false} {
		if taken, err := g.answer(desk, alerts.ApproveLimit, "bo", ask, "approves"); err != nil || taken != want {
			t.Errorf("answer %d: got %t, %v, want %t", i, taken, err, want)
		}
	}
	_, err = g.answer(desk, alerts.DeclineLimit, "cy", ask, "too late")
	g.wantRefused(err, alerts.RefusedAnswered, "bo")
	temporary, requests := g.limits()
	if want := fmt.Sprint(ask, " ", state.RequestAccepted, ";"); temporary != 700_00 || requests != want {
		t.Errorf("got %d more limit and requests %s, want 70000 and %s", temporary, requests, want)
	}
	audited := g.audited()
	if last := audited[len(audited)-1]; len(audited) != 2 || !strings.HasPrefix(last, `approve_limit by bo via command, "approves" of "C-1": `) ||
		!strings.Contains(last, `"amount":{"amount":"700","currency":"EUR"}`) || !strings.Contains(last, `"request_id":"`+ask+`"`) {
		t.Errorf("the audit tells %q", audited)
	}
	var told []string
	for _, w := range g.words() {
		told = append(told, fmt.Sprintf("%s by %s of %s, %d: %v %s", w.Entry.Action, w.Entry.By, w.Asker, w.Seq, w.Open(), w.By))
	}
	want := []string{"ask_limit by ana of , 2: false bo", "approve_limit by bo of ana, 1: false "}
	if len(told) != 2 || told[0] != want[0] && told[1] != want[0] || told[0] != want[1] && told[1] != want[1] {
		t.Errorf("the threads are told %q, want %q", told, want)
	}
	if sum, broken, err := g.rebuild(g.store, false); err != nil || len(broken) > 0 || sum.Customers != 2 {
		t.Errorf("rebuild: got %+v, %v, %v, want two whole customers", sum, broken, err)
	}
}

// Of many who answer together, over a store that loses answers, one is first; the others are told so, and nothing is done twice.
func TestOneOfThoseWhoAnswerIsFirst(t *testing.T) {
	for seed := range uint64(20) {
		g := inArrears(t)
		g.enter(aLimit(alerts.AskLimit, firstDay+5, "700"), "asks")
		type outcome struct {
			by  string
			err error
		}
		ended := make(chan outcome, 6)
		for i := range cap(ended) {
			by, action := fmt.Sprint("person ", i), alerts.Answers()[i%2]
			desk := g.desk()
			desk.Store = &storetest.Unsure{Store: g.store, Random: rand.New(rand.NewPCG(seed, uint64(i)))}
			go func() {
				_, err := desk.Enter(context.WithoutCancel(t.Context()), "C-1", alerts.Entry{Action: action, By: by, Ask: idOf("asks")}, "request of "+by)
				ended <- outcome{by, err}
			}()
		}
		first, others := "", []error{}
		for range cap(ended) {
			if o := <-ended; o.err == nil {
				first += o.by
			} else {
				others = append(others, o.err)
			}
		}
		for _, err := range others {
			g.wantRefused(err, alerts.RefusedAnswered, first)
		}
		if deeds := g.audited(); len(deeds) != 2 || len(g.rowsOf("C-1")) != 3 || !strings.Contains(deeds[1], first) {
			t.Errorf("seed %d: %q was first, and the audit tells %q", seed, first, deeds)
		}
	}
}

// A refusal changes no limit, and what was asked for days that are over can only be declined.
func TestALimitIsDeclined(t *testing.T) {
	g := inArrears(t)
	g.enter(aLimit(alerts.AskLimit, firstDay, "700"), "asks")
	g.until(firstDay + 1)
	_, err := g.answer(g.desk(), alerts.ApproveLimit, "bo", idOf("asks"), "approves")
	g.wantRefused(err, alerts.RefusedEntry, "")
	if _, err := g.answer(g.desk(), alerts.DeclineLimit, "bo", idOf("asks"), "declines"); err != nil {
		t.Fatal(err)
	}
	if temporary, requests := g.limits(); temporary != 0 || !strings.HasSuffix(requests, fmt.Sprint(" ", state.RequestRefused, ";")) {
		t.Errorf("got %d more limit and requests %s", temporary, requests)
	}
}
