package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
)

// The oracle reads DOMAIN.md once more, as plainly and slowly as it can: every figure of every day from all events known by
// then, in cents and days, with no code of the engine's. It is held against whole backtests, from the lines to the alerts.
// oracle_book_test.go has the figures of a day, oracle_signals_test.go the signals and their life from close to close.

// oracleEvent is what a publisher tells of one customer. What a field means depends on the kind.
type oracleEvent struct {
	kind, id                                    string
	revision, hour                              int
	known, date, due, review                    state.Date // due: of an invoice or order, last day of a limit; 0: none
	cents, delivered                            int64      // -1: a limit that is withdrawn
	allocations                                 []oracleAllocation
	temporary, soft, uncleared, held, cancelled bool
	payer                                       string     // name of who pays; empty: not told
	matures                                     state.Date // of a cheque that is dated ahead; 0: none
	joins, leaves                               state.Date // in a profile: when it became known that Beta is a daughter, and is none any more; 0: never
}

type oracleAllocation struct {
	invoice string
	cents   int64
}

func (e *oracleEvent) register() string { return e.kind + "/" + e.id }

// oracleName is what a profile calls the customer.
const oracleName = "Acme Ltd"

// data is the event's own object of the contract.
func (e *oracleEvent) data() map[string]any {
	money := func(cents int64) any {
		return map[string]string{"amount": amountOf(cents), "currency": "EUR"}
	}
	dated := func(d state.Date) any {
		if d == 0 {
			return nil // the same as not told
		}
		return d.String()
	}
	allocations := []any{}
	for _, a := range e.allocations {
		allocations = append(allocations, map[string]any{"invoice_id": a.invoice, "amount": money(a.cents)})
	}
	switch e.kind {
	case "invoice.issued":
		return map[string]any{"invoice_id": e.id, "issue_date": dated(e.date), "due_date": dated(e.due), "total": money(e.cents)}
	case "invoice.cancelled":
		return map[string]any{"invoice_id": e.id, "cancel_date": dated(e.date)}
	case "invoice.credited":
		return map[string]any{"credit_note_id": e.id, "credit_date": dated(e.date), "amount": money(e.cents), "allocations": allocations, "cancelled": e.cancelled}
	case "payment.received":
		payment := map[string]any{"payment_id": e.id, "value_date": dated(e.date), "amount": money(e.cents), "allocations": allocations, "cleared": !e.uncleared}
		if e.payer != "" {
			payment["payer"] = map[string]any{"name": e.payer}
		}
		if e.matures != 0 {
			payment["method"], payment["maturity_date"] = "cheque", dated(e.matures)
		}
		return payment
	case "customer.profile":
		return map[string]any{"name": oracleName, "country": "GB"}
	case "payment.returned":
		return map[string]any{"payment_id": e.id, "return_date": dated(e.date), "amount": money(e.cents)}
	case "order.placed":
		return map[string]any{"order_id": e.id, "order_date": dated(e.date), "requested_delivery_date": dated(e.due), "gross": money(e.cents),
			"delivered": money(e.delivered), "credit_hold": e.held}
	}
	limit := map[string]any{"limit_id": e.id, "kind": "base", "amount": nil, "valid_from_date": dated(e.date), "valid_to_date": dated(e.due),
		"review_date": dated(e.review), "hard": !e.soft}
	if e.temporary {
		limit["kind"] = "temporary"
	}
	if e.cents >= 0 {
		limit["amount"] = money(e.cents)
	}
	return limit
}

// lines are the event's line, and those of a daughter's profile.
func (e *oracleEvent) lines() []byte {
	lines := e.lineOf("C", e.data())
	daughter := *e
	for i, known := range []state.Date{e.joins, e.leaves} {
		if known == 0 {
			break
		}
		daughter.known, daughter.revision = known, i+1
		lines = append(lines, daughter.lineOf("B", map[string]any{"name": "Beta", "country": "GB", "parent_customer_id": []any{"C", nil}[i]})...)
	}
	return lines
}

func (e *oracleEvent) lineOf(customer string, data map[string]any) []byte {
	data["customer_id"], data["revision"] = customer, e.revision
	line, err := json.Marshal(map[string]any{
		"specversion": "1.0", "id": fmt.Sprint(customer, e.register(), "/", e.revision), "source": "urn:oracle", "type": "tocsin." + e.kind + ".v1", "subject": customer,
		"time": fmt.Sprintf("%vT%02d:00:00Z", e.known, e.hour), "data": data,
	})
	if err != nil {
		panic(err) // maps of strings and numbers
	}
	return append(line, '\n')
}

func amountOf(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// drawLedger draws some months of one customer. No two events share a register and a revision.
func drawLedger(t *rapid.T) (events []oracleEvent, last state.Date) {
	first := state.DateOf(2026, 1, 5)
	revisions, numbers := map[string]int{}, map[string]int{}
	day := func(name string) state.Date { return first + state.Date(rapid.IntRange(0, 60).Draw(t, name)) }
	some := func(name string, few ...int) int { return rapid.SampledFrom(few).Draw(t, name) }
	coin := func(name string) bool { return some(name, 0, 0, 0, 1) == 1 }
	fresh := func(prefix string) string { numbers[prefix]++; return fmt.Sprint(prefix, numbers[prefix]) }
	known := func(prefix string) string {
		return fmt.Sprint(prefix, rapid.IntRange(1, max(1, numbers[prefix])).Draw(t, prefix))
	}
	amount := func() int64 { return int64(some("amount", 40, 49_999, 50_000, 80_000, 100_000, 333_333, 1_000_000)) }
	add := func(e oracleEvent) {
		revisions[e.register()]++
		e.revision, e.hour = revisions[e.register()], some("hour", 8, 12)
		e.known = max(first, e.date+state.Date(some("told", 0, 0, 0, -3, 1, 9, 30)))
		events = append(events, e)
	}
	if !coin("no profile") {
		e := oracleEvent{kind: "customer.profile", date: first}
		if some("daughter", 0, 1) == 1 {
			if e.joins = day("joins"); coin("leaves") {
				e.leaves = e.joins + state.Date(some("later", 1, 5, 30))
			}
		}
		add(e)
	}
	for range rapid.IntRange(1, 16).Draw(t, "events") {
		e := oracleEvent{date: day("date"), cents: amount()}
		for range some("allocations", 0, 1, 1, 2) {
			e.allocations = append(e.allocations, oracleAllocation{known("I"), amount()})
		}
		switch some("kind", 0, 0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 6) {
		case 0:
			e.kind, e.id, e.due = "invoice.issued", fresh("I"), e.date+state.Date(some("term", -2, 7, 14, 30))
		case 1:
			e.kind, e.id, e.uncleared = "payment.received", fresh("P"), coin("uncleared")
			e.payer = rapid.SampledFrom([]string{"", "Acme", "ACME LIMITED", "Beta"}).Draw(t, "payer")
			if coin("dated ahead") {
				e.matures = e.date + 30
			}
		case 2:
			e.kind, e.id = "payment.returned", known("P")
		case 3:
			e.kind, e.id, e.cancelled = "invoice.credited", fresh("N"), coin("cancelled")
		case 4:
			e.kind, e.id = "invoice.cancelled", known("I")
		case 5:
			e.kind, e.id, e.held = "order.placed", fresh("O"), coin("held")
			e.due, e.delivered = e.date+state.Date(some("delivery", 0, 59, 61)), min(e.cents, amount())
			for range some("orders before", 0, 0, 3, 5) { // enough to hold this one against
				before := oracleEvent{kind: e.kind, id: fresh("O"), date: day("date"), cents: int64(some("small", 10_000, 20_000, 33_333))}
				before.due, before.delivered = before.date, before.cents
				add(before)
			}
		case 6:
			e.kind, e.id, e.soft, e.temporary = "limit.set", "L"+fmt.Sprint(some("limit", 1, 1, 2)), coin("soft"), coin("temporary")
			e.cents = int64(some("sum", -1, 0, 100_000, 300_000, 1_000_000))
			if e.temporary || coin("ends") {
				e.due = e.date + state.Date(some("ends", 3, 20))
			}
			if !e.temporary && coin("review") {
				e.review = e.date + state.Date(some("reviewed", 5, 20))
			}
		}
		add(e)
		if e.kind == "invoice.issued" && coin("again") {
			e.due += state.Date(some("moved", -5, 20))
			e.cents = amount()
			add(e)
		}
	}
	return events, first + 130
}

func TestABacktestAgreesWithAPlainReadingOfTheRules(t *testing.T) {
	judge := engine(t, time.Saturday, time.Sunday)
	rapid.Check(t, func(t *rapid.T) {
		events, last := drawLedger(t)
		var ledger []byte
		for i := range events {
			ledger = append(ledger, events[i].lines()...)
		}
		until := last - state.Date(rapid.IntRange(0, 100).Draw(t, "before the end"))
		var alerts, records, rejects bytes.Buffer
		if _, err := (&Backtest{
			Engine: judge, Inputs: []string{"-"}, Stdin: bytes.NewReader(ledger), Until: until, Workers: 1,
			Alerts: &alerts, State: &records, Rejects: &rejects,
		}).Run(context.Background()); err != nil || rejects.Len() > 0 {
			t.Fatalf("got %v and the rejects %s, want none", err, &rejects)
		}
		wantTold, facts := playOracle(events, until)
		if got := readTold(t, alerts.Bytes()); !slices.Equal(got, wantTold) {
			t.Errorf("alerts: got %v,\nwant %v\n%s", got, wantTold, ledger)
		}
		if got, want := readFigures(t, records.Bytes()), facts.figures(until); got != want {
			t.Errorf("record: got %s,\nwant %s\n%s", got, want, ledger)
		}
	})
}

func readTold(t *rapid.T, records []byte) (told []oracleTold) {
	for line := range bytes.Lines(records) {
		var a struct {
			KnownAt                      string `json:"known_at"`
			Signal, From, To, Transition string
		}
		if err := json.Unmarshal(line, &a); err != nil {
			t.Fatal(err)
		}
		told = append(told, oracleTold{a.KnownAt, a.Signal, a.From, a.To, a.Transition})
	}
	return told
}

// readFigures are the figures of a customer's record that the oracle knows.
func readFigures(t *rapid.T, records []byte) string {
	record := []byte(nil)
	for line := range bytes.Lines(records) {
		if bytes.HasPrefix(line, []byte(`{"customer_id":"C"`)) {
			record = line
		}
	}
	if record == nil {
		return "no record"
	}
	var r map[string]any
	if err := json.Unmarshal(record, &r); err != nil {
		t.Fatal(err)
	}
	ageing, _ := r["ageing"].(map[string]any)
	if r["currency"] == nil {
		return "no currency"
	}
	return fmt.Sprint(r["open_orders"], r["delivered_not_invoiced"], r["receivables"], r["uncleared"], r["unapplied"], r["exposure"], r["limit"],
		ageing["current"], ageing["1_30"], ageing["31_60"], ageing["61_90"], ageing["91_plus"], r["overdue"], r["max_days_past_due"], r["open_count"])
}

// figures are what the record of a day must show.
func (f oracleFacts) figures(day state.Date) string {
	if len(f) == 0 {
		return "no record"
	}
	if !f.hasCurrency(day) {
		return "no currency"
	}
	b := f.book(day)
	limit := any(nil)
	if sum, onFile := f.limit(day); onFile {
		limit = amountOf(sum)
	}
	return fmt.Sprint(amountOf(b.orders), amountOf(b.notInvoiced), amountOf(b.receivables), amountOf(b.uncleared), amountOf(b.unapplied), amountOf(b.exposure), limit,
		amountOf(b.ageing[0]), amountOf(b.ageing[1]), amountOf(b.ageing[2]), amountOf(b.ageing[3]), amountOf(b.ageing[4]), amountOf(b.overdue), b.worst, b.count)
}

// hasCurrency tells whether a base limit in force or a document gives the customer a currency.
func (f oracleFacts) hasCurrency(day state.Date) bool {
	_, onFile := f.limit(day)
	return onFile || len(f.standing("invoice.issued", day))+len(f.standing("invoice.credited", day))+
		len(f.standing("order.placed", day))+len(f.standing("payment.received", day)) > 0
}
