package detectors

import (
	"strconv"
	"strings"
	"time"

	"tocsin/state"
)

// books are a customer's facts in the making: what tests read as a story. Amounts are in EUR.
type books struct {
	events []state.Event
	lapses bool // a limit whose review is overdue is worth nothing
	causes state.Causes
}

func newBooks(bodies ...state.Body) *books { return new(books).add(bodies...) }

// add is the books with more facts, known on the day they are about. Each body is a revision above those before it.
func (b *books) add(bodies ...state.Body) *books {
	more := b
	for _, body := range bodies {
		more = more.addKnown(0, body)
	}
	return more
}

func (b *books) addKnown(known state.Date, body state.Body) *books {
	revision := int64(len(b.events) + 1)
	ev := state.Event{
		Kind: kindOfBody(body), Customer: "C-1", Body: body, KnownAt: known.Start(time.UTC),
		Stamp: state.Stamp{Revision: revision, ID: body.Key() + "/" + strconv.FormatInt(revision, 10), Source: "urn:test"},
	}
	return &books{events: append(b.events[:len(b.events):len(b.events)], ev), lapses: b.lapses, causes: b.causes}
}

// customer is who the facts make. Facts are applied on the day they were known, by default on the first.
func (b *books) customer() *state.Customer {
	c := state.NewCustomer("C-1")
	for _, ev := range b.events {
		c.Apply(max(ev.KnownAt.Date(time.UTC), 1), []state.Event{ev}, make([]state.Outcome, 1))
	}
	c.Equip(&state.Day{Causes: b.causes})
	return c
}

// lapsing is the same books where a limit lapses whose review is overdue.
func (b *books) lapsing() *books { return &books{events: b.events, lapses: true, causes: b.causes} }

// excusing is the same books where a batch is a common cause from a day on.
func (b *books) excusing(batch string, from state.Date) *books {
	return &books{events: b.events, lapses: b.lapses, causes: b.causes.With([]string{batch}, from)}
}

// see is how the books' rules see a customer on a day.
func (b *books) see(c *state.Customer, day state.Date) *state.View {
	view := c.View(ledger(), day)
	if b.lapses {
		return view.Lapsing()
	}
	return view
}

// at is what a detector is asked on a day, with no episode open.
func (b *books) at(day state.Date) *Input {
	return &Input{View: b.see(b.customer(), day), Materiality: DefaultMateriality(), LimitsKnown: true}
}

func kindOfBody(body state.Body) state.Kind {
	switch body.(type) {
	case *state.Order:
		return state.KindOrder
	case *state.Invoice:
		return state.KindInvoice
	case *state.CreditNote:
		return state.KindInvoiceCredited
	case *state.InvoiceCancelled:
		return state.KindInvoiceCancelled
	case *state.Payment:
		return state.KindPayment
	case *state.Return:
		return state.KindPaymentReturned
	case *state.Application:
		return state.KindPaymentApplied
	case *state.TermsRequest:
		return state.KindTermsRequest
	case *state.Dispute:
		return state.KindDispute
	case *state.DisputeClosed:
		return state.KindDisputeClosed
	case *state.WriteOff:
		return state.KindInvoiceWrittenOff
	case *state.LimitRevision:
		return state.KindLimit
	case *state.Profile:
		return state.KindProfile
	case *state.RegistryFact:
		return state.KindRegistry
	case *state.Note:
		return state.KindNote
	case *state.Promise:
		return state.KindPromise
	case *state.Contact:
		return state.KindContact
	case *state.PayerVerified:
		return state.KindPayerVerified
	case *state.Cover:
		return state.KindCover
	case *state.OrderCancelled:
		return state.KindOrderCancelled
	case *state.GradeOverride:
		return state.KindGradeOverride
	}
	panic("no kind")
}

func ledger() *state.Ledger {
	calendar, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil)
	if err != nil {
		panic(err)
	}
	return &state.Ledger{Calendar: calendar, Zone: time.UTC, Horizon: 60, DisputeShield: 45}
}

func date(text string) state.Date {
	d, ok := state.ParseDate(text)
	if !ok {
		panic("no date: " + text)
	}
	return d
}

// eur is an amount written in major units: 404000.01.
func eur(text string) state.Money {
	code, _ := state.ParseCurrency("EUR")
	minor, err := parseFixed(text, 2)
	if err != nil {
		panic(err)
	}
	return state.Money{Minor: minor, Currency: code}
}

func invoice(id, total, issued, due string) *state.Invoice {
	return &state.Invoice{InvoiceID: id, IssueDate: date(issued), DueDate: date(due), Total: eur(total)}
}

func order(id, gross, placed string) *state.Order {
	return &state.Order{OrderID: id, OrderDate: date(placed), Gross: eur(gross)}
}

// payment is cash on account, or for the invoices named as "invoice amount".
func payment(id, amount, value string, for_ ...string) *state.Payment {
	p := &state.Payment{PaymentID: id, ValueDate: date(value), Amount: eur(amount)}
	for _, text := range for_ {
		invoice, amount, _ := strings.Cut(text, " ")
		p.Allocations = append(p.Allocations, state.Allocation{InvoiceID: invoice, Amount: eur(amount)})
	}
	return p
}

// promise is a promise to pay, for the invoices named if any are.
func promise(id, amount, made, promised string, invoices ...string) *state.Promise {
	return &state.Promise{PromiseID: id, MadeDate: date(made), PromisedDate: date(promised), Amount: eur(amount), InvoiceIDs: invoices}
}

// rescheduled is a promise with another date, told on a day.
func rescheduled(p *state.Promise, on, promised string) *state.Promise {
	later := *p
	later.ChangedDate, later.PromisedDate = date(on), date(promised)
	return &later
}

// withdrawn is a promise taken back on a day.
func withdrawn(p *state.Promise, on string) *state.Promise {
	later := *p
	later.ChangedDate, later.Status = date(on), state.PromiseWithdrawn
	return &later
}

// dispute is over invoices, in the order in which its amount goes to them.
func dispute(id, amount, opened string, invoices ...string) *state.Dispute {
	return &state.Dispute{DisputeID: id, OpenedDate: date(opened), InvoiceIDs: invoices, Amount: eur(amount)}
}

func disputeClosed(id, on string, outcome state.DisputeOutcome) *state.DisputeClosed {
	return &state.DisputeClosed{DisputeID: id, ClosedDate: date(on), Outcome: outcome}
}

// limit is a hard base limit.
func limit(amount, from string) *state.LimitRevision {
	return &state.LimitRevision{LimitID: "L-1", Type: state.LimitBase, Amount: eur(amount), ValidFrom: date(from)}
}

func softLimit(amount, from string) *state.LimitRevision {
	l := limit(amount, from)
	l.Hard = state.FlagFalse
	return l
}

func temporary(id, amount, from, to string) *state.LimitRevision {
	return &state.LimitRevision{LimitID: id, Type: state.LimitTemporary, Amount: eur(amount), ValidFrom: date(from), ValidTo: date(to)}
}

// stood is the input of a day after a close at which an episode stood.
func (in *Input) stood(level Level, reason string) *Input {
	in.Standing, in.Reason = level, reason
	return in
}

// beside is the input of a day on which another signal stands.
func (in *Input) beside(signal string, level Level) *Input {
	in.Others = append(in.Others, Finding{Signal: signal, Level: level})
	return in
}
