package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
)

func dayOf(at state.Instant) state.Date { return at.Date(time.UTC) }

// Every story of one customer, however odd, comes out as the rules read. One that does not is printed as a story: put it
// into a file and play it.
func TestRandomStoriesReadAsTheRulesDo(t *testing.T) {
	calendar, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		readsAsTheRulesDo(t, calendar, "A random story.\n\n-- events --\n"+drawEvents(t)+"-- want --\n")
	})
}

func readsAsTheRulesDo(t *rapid.T, calendar state.Calendar, text string) {
	s, err := parseStory("random", text)
	if err != nil {
		t.Fatal(err)
	}
	played, err := s.play(t.Context())
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	script, err := readScript(time.UTC, "%d: ", 0, s.section(eventsSection).text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range storyLines(played.section(wantSection).text) {
		got = append(got, withoutSentence(line))
	}
	want := (&reading{calendar: calendar}).transitions(script)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\ngot\n%s\n\nwant\n%s", text, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// withoutSentence keeps of a line of a story the transition, and what ended an alert.
func withoutSentence(line string) string {
	words := strings.Fields(line)
	head := strings.Join(words[:5], " ")
	switch {
	case words[4] != "none":
		return head
	case strings.Contains(line, "taken back"):
		return head + " retracted"
	}
	return head + " cleared"
}

// teller draws the lines of a story.
type teller struct {
	*rapid.T
	b strings.Builder
}

const readDays = 120 // days of a random story, but for its last

func drawEvents(t *rapid.T) string {
	w := &teller{T: t}
	w.limits()
	for i := range w.number("invoices", 1, 4) {
		w.invoice(fmt.Sprintf("inv-%d", i))
	}
	for i := range w.number("payments", 0, 6) {
		w.payment(fmt.Sprintf("pay-%d", i))
	}
	for i := range w.number("credit notes", 0, 1) {
		w.tell(w.day("credited"), "credit note cn-%d %s%s", i, w.amount(), w.pick("for", "", " for inv-0", " for inv-1 400.00"))
	}
	for i := range w.number("orders", 0, 2) {
		w.order(fmt.Sprintf("so-%d", i))
	}
	for i := range w.number("promises", 0, 3) {
		w.promise(fmt.Sprintf("pr-%d", i))
	}
	requests := w.number("requests", 0, 2)
	if requests > 0 || w.number("profile", 0, 2) > 0 { // a request tells no currency, without which there is no signal
		fmt.Fprintf(&w.b, "%s profile currency EUR name Acme\n", readDay(0))
	}
	for _, account := range []string{"acc-b", "acc-c"} {
		if w.number("verified", 0, 3) == 0 {
			w.tell(w.day("verified on"), "verified %s", account)
		}
	}
	for i := range requests {
		w.tell(w.day("asked"), "request r-%d %s%s", i, w.pick("for", "moratorium", "due_date_extension", "limit_increase", "order_release"), w.pick("by", "", "", " by seller"))
	}
	w.contacts()
	fmt.Fprintf(&w.b, "%s end\n", readDay(readDays+60))
	return w.b.String()
}

func readDay(n int) state.Date { return state.DateOf(2026, 1, 1) + state.Date(n) }

func (w *teller) number(label string, low, high int) int {
	return rapid.IntRange(low, high).Draw(w.T, label)
}

func (w *teller) day(label string) int { return w.number(label, 0, readDays) }

func (w *teller) pick(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(w.T, label)
}

// amount prefers what is at a threshold.
func (w *teller) amount() string {
	return w.pick("amount", "0.50", "1.00", "499.99", "500.00", "500.01", "1000.00", "1500.00", "1990.00", "1999.00", "2000.00", "5000.00", "49999.99")
}

// tell writes a line of a day, known then or some time later.
func (w *teller) tell(day int, format string, args ...any) {
	fmt.Fprintf(&w.b, "%s ", readDay(day))
	if late := w.number("late", -60, 45); late > 0 {
		fmt.Fprintf(&w.b, "known %s ", readDay(day+late))
	}
	w.b.WriteString(w.pick("at", "", "", "12:00 ", "15:00 "))
	fmt.Fprintf(&w.b, format+"\n", args...)
}

func (w *teller) invoice(id string) {
	issued := w.day("issued")
	due := issued + w.number("term", 0, 40)
	extra := w.pick("extra", "", "", "", " sold", " sold with recourse", " replaces inv-0", " original due "+readDay(due+5).String(),
		" instalment 500.00 due "+readDay(due+10).String(), " retention 100.00 due "+readDay(due+60).String())
	total := w.amount()
	w.tell(issued, "invoice %s %s due %s%s revision 3", id, total, readDay(due), extra)
	switch w.pick("then", "", "", "", "a later revision", "an earlier one", "cancelled", "written off") {
	case "a later revision":
		w.tell(issued+10, "invoice %s %s due %s dated %s", id, w.pick("total", total, "1000.00"), readDay(due+30), readDay(issued))
	case "an earlier one":
		w.tell(issued+10, "invoice %s %s due %s dated %s revision 2", id, total, readDay(due-10), readDay(issued))
	case "cancelled":
		w.tell(issued+w.number("cancelled", 0, 60), "cancel invoice %s", id)
	case "written off":
		w.tell(issued+w.number("written off", 0, 90), "write off %s %s", id, w.amount())
	}
}

func (w *teller) payment(id string) {
	day, amount := w.day("paid"), w.amount()
	of := w.pick("for", "", " for inv-0", " for inv-1", " for inv-0 500.00 for inv-1 500.00", " deposit for so-0")
	chosen := ""
	if strings.Contains(of, " for inv") {
		chosen = w.pick("chosen", "", " as the customer chose")
	}
	payer := w.pick("from", "", "", " from own", " from own", " from acc-b", " from acc-c", " from acc-d") +
		w.pick("holder", "", "", " holder Acme", " holder ACME", " holder Acme_Ltd", " holder Beta")
	w.tell(day, "payment %s %s%s%s%s", id, amount, of, chosen+w.pick("reference", "", " reference X")+payer, w.pick("how", "", "", " by cheque uncleared", " by cheque until "+readDay(day+10).String(),
		" by bill until "+readDay(day+20).String(), " by bank bill until "+readDay(day+20).String()))
	switch w.pick("then", "", "", "returned", "applied") {
	case "returned":
		w.tell(day+w.number("returned", 0, 40), "return %s %s%s", id, w.pick("back", amount, "0.50"), w.pick("code", "", " AM04", " AC01", " AC04"))
	case "applied":
		w.tell(day+w.number("applied", 0, 20), "applied %s for inv-%d 1000.00", id, w.number("of", 0, 3))
	}
}

func (w *teller) order(id string) {
	day := w.day("ordered")
	for range w.number("revisions", 1, 3) {
		w.tell(day, "order %s %s deliver %s delivered %s invoiced %s%s", id, w.amount(), readDay(day+w.number("wanted", -170, 120)),
			w.pick("delivered", "0", "500.00", "5000.00"), w.pick("invoiced", "0", "500.00"), w.pick("state", "", "", " held", " closed", " prepaid 400.00"))
	}
	if w.number("cancelled", 0, 3) == 0 {
		w.tell(day+30, "cancel order %s", id)
	}
}

// promise is made, and perhaps put off, put right or withdrawn.
func (w *teller) promise(id string) {
	day := w.day("promised")
	by, of := day+w.number("within", 0, 20), w.pick("of", "", "", " of inv-0", " of inv-1 of inv-2", " of inv-9")
	w.tell(day, "promise %s %s by %s%s", id, w.amount(), readDay(by), of)
	for range w.number("changes", 0, 2) {
		day += w.number("after", 0, 20)
		by += w.number("further", -4, 20)
		w.tell(day, "promise %s %s by %s%s changed %s%s", id, w.amount(), readDay(by), of, readDay(day), w.pick("status", "", "", " withdrawn"))
	}
}

// contacts are attempts close to one another, most of them without success.
func (w *teller) contacts() {
	from := w.day("contacts")
	for i := range w.number("attempts", 0, 9) {
		from += w.number("after", 0, 9)
		w.tell(from, "contact co-%d %s %s%s", i, w.pick("channel", "phone", "phone", "email", "letter"),
			w.pick("outcome", "reached", "no_answer", "voicemail", "no_reply", "no_reply", "refused", "undeliverable", "undeliverable"),
			w.pick("by", "", "", "", "", "", " inbound"))
	}
}

// limits are all hard or all soft: what becomes of rungs when a limit turns is told by a story of its own.
func (w *teller) limits() {
	soft := w.pick("hardness", "", " soft")
	for range w.number("limits", 0, 3) {
		day := w.day("in force")
		w.tell(day, "limit %s id %s%s%s", w.pick("limit", "withdrawn", "0.00", "500.00", "1000.00", "2000.00", "10000.00"), w.pick("id", "a", "b"),
			w.pick("terms", "", "", " until "+readDay(day+40).String(), " review "+readDay(day+20).String()), soft)
	}
	for range w.number("increases", 0, 2) {
		day := w.day("increased")
		w.tell(day, "temporary limit %s %s%s", w.pick("id", "t", "u"), w.pick("by", "withdrawn", "100.00", "1000.00"),
			w.pick("until", "", " until "+readDay(day+20).String()))
	}
}
