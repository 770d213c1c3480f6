package consumer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
	"tocsin/state/storetest"
)

// poisonous are rules that panic on who owes an invoice with "poison" in its id, or so many invoices, until they are cured.
type poisonous struct {
	alerts.Rules
	many  int
	cured *atomic.Bool
}

func (p poisonous) For(v *state.View) detectors.Choice {
	open := v.OpenInvoiceIDs()
	for _, id := range open {
		if !p.cured.Load() && (strings.Contains(id, "poison") || p.many > 0 && len(open) >= p.many) {
			panic("not to be borne: " + id)
		}
	}
	return p.Rules.For(v)
}

// poisonousEngine is an engine and what cures it.
func poisonousEngine(t testing.TB, many int) (*Engine, *atomic.Bool) {
	t.Helper()
	set, faults := detectors.NewSet(detectors.Config{})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	cured := new(atomic.Bool)
	judge, err := alerts.NewJudge("test", alerts.DefaultSLA(), alerts.RuleSet{Name: alerts.Live, Rules: poisonous{set, many, cured}, Materiality: detectors.DefaultMateriality()})
	if err != nil {
		t.Fatal(err)
	}
	engine := *defaultEngine(t)
	engine.Judge = judge
	return &engine, cured
}

// owe appends an invoice of a customer that is overdue for 40 days.
func (g *rig) owe(customer state.CustomerID, id, amount string) {
	due := g.now.Date(time.UTC) - 40
	g.say(customer, "invoice.issued", id+"/1", fmt.Sprintf(`"invoice_id":"%s","issue_date":"%s","due_date":"%s","total":{"amount":"%s","currency":"EUR"}`, id, due-30, due, amount))
}

func (g *rig) say(customer state.CustomerID, kind, id, data string) {
	g.broker.append(peopleTopic, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"%s","source":"urn:erp","type":"tocsin.%s.v1","subject":"%s","time":"%s","data":{"customer_id":"%s","revision":1,%s}}`,
		id, kind, customer, g.now, customer, data))
}

// poisoned is a rig in which one of two customers cannot be stepped after his second event.
func poisoned(t *testing.T, cured bool) (*rig, *atomic.Bool) {
	t.Helper()
	g := newRig(t, peopleTopic)
	var cure *atomic.Bool
	g.engine, cure = poisonousEngine(t, 0)
	cure.Store(cured)
	g.start(g.store)
	g.owe("C-1", "INV-1", "5000.00")
	g.owe("C-2", "INV-2", "5000.00")
	g.turns(10)
	g.owe("C-2", "INV-3", "700.00")
	g.owe("C-1", "INV-poison", "9000.00")
	g.turns(10)
	g.owe("C-1", "INV-4", "800.00")
	g.owe("C-2", "INV-5", "900.00")
	g.turns(10)
	return g, cure
}

func (g *rig) desk() *Desk {
	return &Desk{Store: g.store, Engines: g.engines, Now: func() state.Instant { return g.now }}
}

func (g *rig) quarantined() []state.Quarantine {
	g.t.Helper()
	all, err := g.store.Quarantined(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	return all
}

// about are the lines of the store's contents that name a customer.
func (g *rig) about(id state.CustomerID) string {
	g.t.Helper()
	text, err := storetest.Contents(g.t.Context(), g.store)
	if err != nil {
		g.t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, string(id)) && !strings.HasPrefix(line, "unpublished ") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func (g *rig) standing(id state.CustomerID) string {
	g.t.Helper()
	rec := g.record(id)
	return string(g.engine.Standing(rec, rec.Day))
}

func TestACustomerWhoseStepPanicsIsQuarantinedAndTheRestGoOn(t *testing.T) {
	g, _ := poisoned(t, false)
	plain, _ := poisoned(t, true)
	if got, want := g.about("C-2"), plain.about("C-2"); got != want || !strings.Contains(want, "alert ") {
		t.Errorf("the other customer: got\n%s\nwant\n%s", got, want)
	}
	all := g.quarantined()
	if len(all) != 1 || all[0].Customer != "C-1" || all[0].Since != firstDay || all[0].At != g.now || all[0].Waiting != 2 {
		t.Fatalf("got %+v, want C-1 with two rows that wait", all)
	}
	if q := all[0]; q.Reason != "not to be borne: INV-poison" || !strings.HasPrefix(q.Stack, "consumer.poisonous.For quarantine_test.go:") {
		t.Errorf("got reason %q at %q, want what the panic said and where", q.Reason, q.Stack)
	}
	if rows, _ := g.store.Rows(t.Context(), "C-1"); len(rows) != 1 {
		t.Errorf("got %d journal rows, want that of the last good step", len(rows))
	}
	if positions, _ := g.store.AllPositions(t.Context()); positions[0].Next != int64(len(g.broker.logs[peopleTopic])) {
		t.Errorf("got position %d, want the end", positions[0].Next)
	}
	if got := testutil.ToFloat64(g.runner.Metrics.quarantined); got != 1 {
		t.Errorf("got %v quarantined, want 1", got)
	}
	if got := testutil.ToFloat64(g.runner.Metrics.events.WithLabelValues(people, "parked")); got != 2 {
		t.Errorf("got %v events parked, want 2", got)
	}
	log := g.log.String()
	if strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, "quarantine_test.go:") || strings.Contains(log, "C-1") || strings.Contains(log, "INV-poison") {
		t.Errorf("operators are told where once, and no names:\n%s", log)
	}
}

// Nothing of him is due any more, though his date has come; a restart changes nothing.
func TestADayClosesThoughACustomerIsQuarantined(t *testing.T) {
	g, _ := poisoned(t, false)
	for range 3 {
		g.pass(24 * time.Hour)
		g.turns(20)
		g.start(g.store)
		g.turns(5)
	}
	g.wantOpen(firstDay + 3)
	if all := g.quarantined(); len(all) != 1 || all[0].Waiting != 2 {
		t.Errorf("got %+v, want one customer with two rows", all)
	}
	if due, err := g.store.DueAlarms(t.Context(), g.open(), 10); err != nil || len(due) > 0 {
		t.Errorf("got %v, %v, want nothing due", due, err)
	}
	if got := g.owes("C-1"); got != 500_000 {
		t.Errorf("he owes %d, want what his last good step knew", got)
	}
}

func TestAReleaseGivesTheRecordAsIfNothingHadBeen(t *testing.T) {
	g, cure := poisoned(t, false)
	plain, _ := poisoned(t, true)
	cure.Store(true)
	released, err := g.desk().Release(t.Context(), "C-1", "l.wei", "a new version")
	if err != nil || released != (Released{"C-1", 2, 2}) {
		t.Fatalf("got %+v, %v, want both events", released, err)
	}
	if got, want := g.standing("C-1"), plain.standing("C-1"); got != want {
		t.Errorf("got\n%x\nwant\n%x", got, want)
	}
	if all := g.quarantined(); len(all) > 0 {
		t.Errorf("got %+v, want nobody", all)
	}
	if _, err := g.desk().Release(t.Context(), "C-1", "l.wei", "a new version"); !errors.Is(err, ErrNotQuarantined) {
		t.Errorf("once more: got %v, want nobody to release", err)
	}
	for _, r := range []*rig{g, plain} {
		r.owe("C-1", "INV-6", "60.00")
		r.turns(20)
		r.pass(24 * time.Hour)
		r.turns(20)
		r.wantOpen(firstDay + 1)
	}
	if got, want := g.standing("C-1"), plain.standing("C-1"); got != want {
		t.Errorf("after the close: got\n%x\nwant\n%x", got, want)
	}
	if got := testutil.ToFloat64(g.runner.Metrics.quarantined); got != 0 {
		t.Errorf("got %v quarantined, want none", got)
	}
}

func TestAReleaseThatPanicsAgainLeavesAllParked(t *testing.T) {
	g, _ := poisoned(t, false)
	before := g.about("C-1")
	_, err := g.desk().Release(t.Context(), "C-1", "l.wei", "a new version")
	if panicked := (*Panicked)(nil); !errors.As(err, &panicked) || !strings.Contains(err.Error(), "not to be borne") {
		t.Errorf("got %v, want what the panic said", err)
	}
	if got := g.about("C-1"); got != before {
		t.Errorf("got\n%s\nwant\n%s", got, before)
	}
	decision := alerts.Decision{TaskID: "T", Action: alerts.Acknowledge, By: "li.wei", At: g.now}
	if err := g.desk().Decide(t.Context(), "C-1", decision, "request-1"); !errors.Is(err, ErrQuarantined) {
		t.Errorf("a decision: got %v, want a refusal", err)
	}
}

// Somebody else has parked what loses against another content of its revision: the record is refused when it is applied.
func TestAParkedEventThatIsRefusedIsADeadLetter(t *testing.T) {
	g, cure := poisoned(t, false)
	g.owe("C-1", "INV-1", "4000.00")
	g.turns(10)
	if letters, _ := g.store.DeadLetterCount(t.Context()); letters != 0 {
		t.Fatalf("got %d dead letters before anything was applied", letters)
	}
	cure.Store(true)
	if _, err := g.desk().Release(t.Context(), "C-1", "l.wei", "a new version"); err != nil {
		t.Fatal(err)
	}
	plain, _ := poisoned(t, true)
	plain.owe("C-1", "INV-1", "4000.00")
	plain.turns(10)
	got, _ := g.store.DeadLetters(t.Context(), 10)
	want, _ := plain.store.DeadLetters(t.Context(), 10)
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) || len(want) == 0 {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestACustomerWhoseFirstStepOrAlarmPanicsIsQuarantined(t *testing.T) {
	g := newRig(t, peopleTopic)
	var cure *atomic.Bool
	g.engine, cure = poisonousEngine(t, 0)
	g.start(g.store)
	g.owe("C-1", "INV-poison", "5000.00")
	cure.Store(true)
	g.owe("C-2", "INV-poison-2", "5000.00")
	g.turns(10)
	cure.Store(false)
	g.owe("C-3", "INV-poison-3", "70.00")
	g.turns(10)
	day, _, _ := g.store.Day(t.Context())
	if err := g.store.Commit(t.Context(), &state.Commit{Day: day, Alarms: []state.Alarm{{Day: firstDay, Customer: "C-2"}}}); err != nil {
		t.Fatal(err)
	}
	g.turns(10)
	var names []state.CustomerID
	for _, q := range g.quarantined() {
		names = append(names, q.Customer)
	}
	if !slices.Equal(names, []state.CustomerID{"C-2", "C-3"}) {
		t.Errorf("got %v, want who had an alarm and who was new", names)
	}
	cure.Store(true)
	for _, id := range names {
		if _, err := g.desk().Release(t.Context(), id, "l.wei", "a new version"); err != nil {
			t.Error(err)
		}
	}
	if got := g.owes("C-3"); got != 7_000 {
		t.Errorf("C-3 owes %d, want 7000", got)
	}
}

// A later version of the program panics on a row that an earlier one has stepped, or a row is gone.
func TestACustomerWhoseJournalCannotBeFoldedIsQuarantined(t *testing.T) {
	g, cure := poisoned(t, true)
	cure.Store(false)
	day, _, _ := g.store.Day(t.Context())
	gap := state.Entry{Customer: "C-9", Seq: 2, Day: day.Date, Config: day.Config, Applied: state.AppendApplied(nil, &state.Applied{KnownAt: g.now})}
	if err := g.store.Commit(t.Context(), &state.Commit{Day: day, Entries: []state.Entry{gap}}); err != nil {
		t.Fatal(err)
	}
	g.start(g.store)
	for _, id := range []state.CustomerID{"C-1", "C-2", "C-9"} {
		g.owe(id, "INV-9-"+string(id), "10.00")
	}
	g.turns(10)
	all := g.quarantined()
	if len(all) != 2 || all[0].Customer != "C-1" || all[1].Customer != "C-9" || !strings.Contains(all[1].Reason, "row 1 is missing") {
		t.Fatalf("got %+v, want C-1 and C-9", all)
	}
	g.pass(24 * time.Hour)
	g.turns(10)
	g.wantOpen(firstDay + 1)
	cure.Store(true)
	if _, err := g.desk().Release(t.Context(), "C-1", "l.wei", "a new version"); err != nil {
		t.Error(err)
	}
	if got := g.owes("C-1"); got != 1_481_000 {
		t.Errorf("C-1 owes %d, want 1481000", got)
	}
	if _, err := g.desk().Release(t.Context(), "C-9", "l.wei", "a new version"); err == nil || !strings.Contains(err.Error(), "row 1 is missing") {
		t.Errorf("a journal with a gap: got %v, want why it stays", err)
	}
}

// What others leave to a customer who is quarantined waits with the rest.
func TestAnHeirWhoIsQuarantinedGetsHisLegacyLater(t *testing.T) {
	g, cure := poisoned(t, false)
	plain, _ := poisoned(t, true)
	for _, r := range []*rig{g, plain} {
		r.say("C-3", "customer.merged", "C-3/m", fmt.Sprintf(`"into":"C-1","merge_date":"%s"`, firstDay))
		r.owe("C-3", "INV-31", "31.00")
		r.turns(10)
		r.owe("C-3", "INV-32", "32.00")
		r.turns(10)
	}
	cure.Store(true)
	if _, err := g.desk().Release(t.Context(), "C-1", "l.wei", "a new version"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []state.CustomerID{"C-1", "C-3"} {
		if got, want := g.standing(id), plain.standing(id); got != want {
			t.Errorf("%s: got\n%x\nwant\n%x", id, got, want)
		}
	}
	if g.owes("C-1") != 1_486_300 {
		t.Errorf("he owes %d, want the legacy too", g.owes("C-1"))
	}
}

// A quarantined customer's own merge waits with him; his heir is handed all at his release.
func TestACustomerWhoIsQuarantinedLeavesNothingBeforeHisRelease(t *testing.T) {
	g, cure := poisoned(t, false)
	plain, _ := poisoned(t, true)
	for _, r := range []*rig{g, plain} {
		r.say("C-1", "customer.merged", "C-1/m", fmt.Sprintf(`"into":"C-2","merge_date":"%s"`, firstDay))
		r.turns(10)
	}
	if got := g.owes("C-2"); got != 660_000 {
		t.Errorf("the heir owes %d before the release, want his own", got)
	}
	cure.Store(true)
	if _, err := g.desk().Release(t.Context(), "C-1", "l.wei", "a new version"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []state.CustomerID{"C-1", "C-2"} {
		if got, want := g.standing(id), plain.standing(id); got != want {
			t.Errorf("%s: got\n%x\nwant\n%x", id, got, want)
		}
	}
}

// The release makes an heir panic: he is quarantined by it.
func TestAReleaseQuarantinesAnHeirWhoPanics(t *testing.T) {
	g := newRig(t, peopleTopic)
	var cure *atomic.Bool
	g.engine, cure = poisonousEngine(t, 2)
	g.start(g.store)
	g.owe("C-2", "INV-2", "2.00")
	g.owe("C-1", "INV-1", "1.00")
	g.turns(10)
	g.owe("C-1", "INV-11", "1.00")
	g.turns(10)
	g.say("C-1", "customer.merged", "C-1/m", fmt.Sprintf(`"into":"C-2","merge_date":"%s"`, firstDay))
	g.turns(10)
	if _, err := g.desk().Release(t.Context(), "C-1", "l.wei", "a new version"); err != nil { // whose own signals end with the merge
		t.Fatal(err)
	}
	all := g.quarantined()
	if len(all) != 1 || all[0].Customer != "C-2" || all[0].Waiting == 0 {
		t.Fatalf("got %+v, want the heir with what he was left", all)
	}
	cure.Store(true)
	if _, err := g.desk().Release(t.Context(), "C-2", "l.wei", "a new version"); err != nil {
		t.Fatal(err)
	}
	if got := g.owes("C-2"); got != 400 {
		t.Errorf("the heir owes %d, want 400", got)
	}
}

func TestACustomerWhoIsErasedWhileQuarantinedLeavesNothing(t *testing.T) {
	g := aPerson(t)
	var cure *atomic.Bool
	g.engine, cure = poisonousEngine(t, 0)
	g.start(g.store)
	g.invoice("INV-7-poison", "20.00")
	g.turns(10)
	if all := g.quarantined(); len(all) != 1 || all[0].Waiting != 1 || !strings.Contains(all[0].Reason, "INV-7") {
		t.Fatalf("got %+v, want her", all)
	}
	g.erase(firstDay)
	g.turns(10)
	g.wantNothingPersonal()
	pseudonym := g.pseudonym()
	all := g.quarantined()
	if len(all) != 1 || all[0].Customer != pseudonym || all[0].Reason != "" || all[0].Waiting != 1 {
		t.Fatalf("got %+v, want her pseudonym with one row", all)
	}
	g.invoice("INV-7c", "30.00")
	g.turns(10)
	if all := g.quarantined(); len(all) != 1 || all[0].Waiting != 2 {
		t.Fatalf("got %+v, want what comes of her parked", all)
	}
	cure.Store(true)
	if _, err := g.desk().Release(t.Context(), pseudonym, "l.wei", "a new version"); err != nil {
		t.Fatal(err)
	}
	if got := g.owes(pseudonym); got != 125_000 {
		t.Errorf("the pseudonym owes %d, want 125000", got)
	}
	g.wantNothingPersonal()
	if Listed(g.record(pseudonym), g.open()) {
		t.Error("who is erased has a customer record")
	}
}

// A refused record that is given another try goes the same road.
func TestARefusedRecordThatPanicsWhenItIsAcceptedIsParked(t *testing.T) {
	g := newRig(t, invoices)
	var cure *atomic.Bool
	g.engine, cure = poisonousEngine(t, 0)
	g.start(g.store)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.foreign("invoice", "C-1", "INV-poison", 1, anInvoice("INV-poison", "90.00"))
	g.foreign("invoice", "C-1", "INV-2", 1, anInvoice("INV-2", "20.00"))
	g.turns(20)
	again := g.redrive(g.store, true)
	for _, letter := range g.letters() {
		if result, err := again.Try(t.Context(), &letter); err != nil || result.Outcome != RedrivenParked {
			t.Errorf("got %+v, %v, want it parked", result, err)
		}
	}
	if all := g.quarantined(); len(all) != 1 || all[0].Waiting != 2 {
		t.Errorf("got %+v, want one with two rows", all)
	}
	cure.Store(true)
	if _, err := g.desk().Release(t.Context(), "C-1", "l.wei", "a new version"); err != nil {
		t.Fatal(err)
	}
	if got := g.owes("C-1"); got != 11_000 {
		t.Errorf("he owes %d, want 11000", got)
	}
}
