package storetest

import (
	"fmt"
	"slices"
	"strings"

	"tocsin/state"
)

const pseudonym state.CustomerID = "erased-0"

// erasure is a commit that erases the customer of everything(0): one row, two alerts, a task, a message, a dead letter, an
// identifier; and that steps it once more under its pseudonym.
func erasure(identifiers ...state.Identity) *state.Commit {
	row := entry(pseudonym, 1)
	message := message(pseudonym, 1)
	return &state.Commit{
		Day: today, At: noon + 7, Identifiers: identifiers,
		Rewrites: []state.Rewrite{{
			Customer: "C-0", As: pseudonym, Last: 1, Entries: []state.Entry{row},
			Alerts: []state.RewrittenAlert{
				{Was: state.Was{ID: "A-C-0", Seq: 1}, AlertRow: alert("A-p", 1, pseudonym)},
				{AlertRow: alert("A-p", 2, pseudonym)}, // nothing had been told of it; what had been told second is told no more
			},
			Tasks:    []state.RewrittenTask{{Was: state.Was{ID: "T-C-0", Seq: 1}, TaskRow: task("T-p", 1, pseudonym)}},
			Messages: []state.RewrittenMessage{{Was: state.Was{ID: caseOf("C-0"), Seq: 1}, Message: message}},
		}},
		Redacted: []state.DeadLetter{{Topic: orders, Offset: 7, Key: []byte(pseudonym), Code: "json"}},
		Searched: 1,
		Entries:  []state.Entry{entry(pseudonym, 2)},
		Alerts:   []state.AlertRow{alert("A-p", 3, pseudonym)},
	}
}

func rewriteReplacesAll(t *trial) {
	epoch := t.ready()
	t.commit(everything(0, epoch, 0))
	t.commit(&state.Commit{Day: today, Entries: []state.Entry{entry("C-9", 1)}, Alerts: []state.AlertRow{alert("A-C-9", 1, "C-9")}})
	t.deliver(state.Receipt{Case: caseOf("C-0"), Channel: channel, Timestamp: "1.2", Seq: 1, Body: []byte("C-0 owes")})
	t.waiting(0, 1) // C-0b's, which is held
	t.commit(&state.Commit{Day: today, Disputants: []state.Disputant{{Customer: "C-0", Until: today.Date + 7}, {Customer: "C-9", Until: today.Date + 7}}})

	t.commit(erasure(t.nobodys(globex)))
	late := state.Receipt{Case: caseOf("C-0"), Channel: channel, Timestamp: "1.2", Seq: 1, Body: []byte("C-0 owes more")}
	t.refused(t.store.Deliver(t.Context(), state.Lease{}, late), state.ErrCaseGone)

	text := strings.ReplaceAll(t.contents(), `"C-0b"`, `"b"`) // somebody else
	text = strings.ReplaceAll(strings.ReplaceAll(text, "C-0b", "b"), "tick-C-0", "tick")
	if strings.Contains(text, "C-0") || strings.Contains(text, "specversion") {
		t.Errorf("something is left of the customer:\n%s", text)
	}
	for _, line := range []string{
		`erased "erased-0"`,
		`customer "erased-0"`,
		`history { Customer:"erased-0" Rows:[ { Customer:"erased-0" Seq:1 Day:` + today.Date.String() + ` Config:"sha256:first" Applied:"applied to erased-0 at 1" } { Customer:"erased-0" Seq:2`,
		`owed { ID:"m-erased-0-1" Case:"case-erased-0" Seq:1 Customer:"erased-0" DueAt:`,
		`receipt { Case:"case-erased-0" Channel:"#credit-alerts" Timestamp:"1.2" Seq:1 }`,
		`dead letter { Topic:"credit.orders.v1" Offset:7 Timestamp:`,
		`identity { Key:{ Scheme:"lei" Value:"5299000000000000XX00" } }`,
		`customer "C-9"`,
		`disputant "C-9"`,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("the store does not show %s", line)
		}
	}
	got(t, "alarms", strings.Count(text, `Customer:"erased-0" }`+"\n"), 0)
	names, _ := t.unpublished(100)
	got(t, "unpublished", fmt.Sprint(names), fmt.Sprint(publishedAfterErasure))
	if t.Failed() {
		t.Log(text)
	}
}

// A copy is owed of the alert and the task that owed one before, of the dead letter, of others' rows, and of what the commit
// itself has told: not of the row that nobody was told of before.
var publishedAfterErasure = []string{"dead letter 7", "alert A-C-9 1", "alert A-p 1", "task T-p 1", "alert A-p 3"}

// A step that somebody else was first with, and any other refusal, leaves the customer as it was.
func refusedRewriteChangesNothing(t *trial) {
	epoch := t.ready()
	t.commit(everything(0, epoch, 0))
	before := t.contents()
	nobodys := t.nobodys(globex)
	late := erasure(nobodys)
	late.Rewrites[0].Last, late.Rewrites[0].Entries = 2, append(late.Rewrites[0].Entries, entry(pseudonym, 2))
	late.Entries = nil
	t.refused(t.store.Commit(t.Context(), late), state.ErrConflict)
	stale := erasure(state.Identity{Key: globex, Version: 99})
	t.refused(t.store.Commit(t.Context(), stale), state.ErrStale)
	named := erasure()
	t.refused(t.store.Commit(t.Context(), named), state.ErrStale)
	unsearched := erasure(nobodys)
	unsearched.Searched = 0
	t.refused(t.store.Commit(t.Context(), unsearched), state.ErrStale)
	taken := erasure(nobodys)
	taken.Entries = append(taken.Entries, entry("C-0b", 1)) // sorts behind
	taken.Entries[0], taken.Entries[1] = taken.Entries[1], taken.Entries[0]
	t.refused(t.store.Commit(t.Context(), taken), state.ErrConflict)
	wrong := erasure(nobodys)
	wrong.Rewrites[0].Entries[0].Customer = "C-0"
	if err := t.store.Commit(t.Context(), wrong); err == nil {
		t.Error("rows under the old name: got no error")
	}
	got(t, "contents", t.contents(), before)
	t.commit(erasure(nobodys))
}

// nobodys is the row of an identifier that no customer has any more.
func (t *trial) nobodys(key state.Identifier) state.Identity {
	row := t.identity(key)
	row.Customers = nil
	return row
}

// Who holds facts of somebody who is erased keeps its name, its alarms and all that was told, in other words.
func rewriteUnderTheSameName(t *trial) {
	epoch := t.ready()
	t.commit(everything(0, epoch, 0))
	row := entry("C-0", 1)
	row.Applied = []byte("other words")
	t.commit(&state.Commit{Day: today, Rewrites: []state.Rewrite{{Customer: "C-0", As: "C-0", Last: 1, Entries: []state.Entry{row},
		Alerts: []state.RewrittenAlert{
			{Was: state.Was{ID: "A-C-0", Seq: 1}, AlertRow: alert("A-C-0", 1, "C-0")}, {Was: state.Was{ID: "A-C-0", Seq: 2}, AlertRow: alert("A-C-0", 2, "C-0")},
		},
		Messages: []state.RewrittenMessage{{Was: state.Was{ID: caseOf("C-0"), Seq: 1}, Message: message("C-0", 1)}},
	}}})
	text := t.contents()
	for line, want := range map[string]int{
		"erased": 0, `Applied:"other words"`: 1, "snapshot of C-0\"": 0, "\nalert ": 2, "\ntask ": 0, "\nowed ": 1, "\nunpublished ": 3,
		`alarm { Day:` + (today.Date + 9).String() + ` Customer:"C-0" }`: 1,
	} {
		got(t, line, strings.Count(text, line), want)
	}
	if t.Failed() {
		t.Log(text)
	}
}

// What is told anew may move from case to case, and a case may go on under the id that another one had.
func rewriteMovesReceipts(t *trial) {
	t.open()
	first, second := message("C-0", 1), message("C-0", 2)
	first.Case, second.Case = "case-a", "case-b"
	t.commit(&state.Commit{Day: today, Entries: []state.Entry{entry("C-0", 1)}, Messages: []state.Message{first, second}})
	t.deliver(state.Receipt{Case: "case-a", Channel: channel, Timestamp: "1.2", Seq: 1, Body: []byte("a")})
	t.deliver(state.Receipt{Case: "case-b", Channel: channel, Timestamp: "3.4", Seq: 2, Body: []byte("b")})
	first.Case, second.Case = "case-b", "case-c"
	nameless := second
	second.Case, nameless.ID = "case-b", "m-nameless"
	t.commit(&state.Commit{Day: today, Rewrites: []state.Rewrite{{
		Customer: "C-0", As: "C-0", Last: 1, Entries: []state.Entry{entry("C-0", 1)},
		Messages: []state.RewrittenMessage{
			{Was: state.Was{ID: "case-a", Seq: 1}, Message: first}, {Was: state.Was{ID: "case-b", Seq: 2}, Message: second},
			{Was: state.Was{ID: "case-b", Seq: 2}, Message: nameless},
		},
	}}})
	for id, want := range map[string]state.Receipt{
		"case-a": {},
		"case-b": {Case: "case-b", Channel: channel, Timestamp: "1.2", Seq: 1},
		"case-c": {Case: "case-c", Channel: channel, Timestamp: "3.4", Seq: 2},
	} {
		r, err := t.store.Receipt(t.Context(), id, channel)
		t.must(err)
		got(t, "receipt of "+id, r, want)
	}
	owed, err := t.store.Owed(t.Context(), noon+state.Instant(1<<50), 9)
	t.must(err)
	got(t, "owed once more", len(owed), 2)
}

// A message is owed or settled as the one that it replaces, and one that is said to be owed is, whatever became of that one.
func rewriteKeepsWhatIsOwed(t *trial) {
	t.open()
	settled, held, fresh := message("C-0", 1), message("C-0", 2), message("C-0", 3)
	settled.Case, held.Case, held.Held, fresh.Case = "case-a", "case-b", true, "case-c"
	t.commit(&state.Commit{Day: today, Entries: []state.Entry{entry("C-0", 1)}, Messages: []state.Message{settled, held}})
	t.deliver(state.Receipt{Case: "case-a", Channel: channel, Seq: 1})
	again := settled
	again.ID, again.Seq = "m-again", 4
	rewrite := func(owed bool) (all []string) {
		t.commit(&state.Commit{Day: today, At: noon, Rewrites: []state.Rewrite{{
			Customer: "C-0", As: "C-0", Last: 1, Entries: []state.Entry{entry("C-0", 1)},
			Messages: []state.RewrittenMessage{
				{Was: state.Was{ID: "case-a", Seq: 1}, Message: settled}, {Was: state.Was{ID: "case-a", Seq: 1}, Owed: owed, Message: again},
				{Was: state.Was{ID: "case-b", Seq: 2}, Owed: owed, Message: held}, {Owed: owed, Message: fresh},
			},
		}}})
		messages, err := t.store.Owed(t.Context(), noon, 9)
		t.must(err)
		for _, m := range messages {
			all = append(all, fmt.Sprint(m.Case, " ", m.Seq))
		}
		slices.Sort(all)
		return all
	}
	got(t, "owed", rewrite(false), []string(nil))
	got(t, "withheld", len(t.withheld()), 1)
	got(t, "owed, as they are said to be", rewrite(true), []string{"case-a 4", "case-b 2", "case-c 3"})
	got(t, "withheld of what is owed", len(t.withheld()), 0)
}

func secretStays(t *trial) {
	secret, err := t.store.Secret(t.Context())
	t.must(err)
	if len(secret) < 16 {
		t.Fatalf("got a secret of %d bytes", len(secret))
	}
	t.open()
	t.must(t.store.Close())
	t.store = t.reopen()
	again, err := t.store.Secret(t.Context())
	t.must(err)
	got(t, "secret", again, secret)
}
