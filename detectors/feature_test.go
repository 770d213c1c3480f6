package detectors

import (
	commandline "flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

var update = commandline.Bool("update", false, "write the table of features anew; read the difference, it is what users may write")

func TestFeaturesAreDeclaredWell(t *testing.T) {
	seen := map[string]bool{}
	unit := InMoney
	for _, f := range Features() {
		if !snake.MatchString(f.Name) || seen[f.Name] || f.Meaning == "" || f.read == nil || f.Inputs == 0 || f.News == 0 {
			t.Errorf("%s: needs a name of its own, a meaning, a way to read it, and inputs", f.Name)
		}
		if f.Unit < unit || f.Unit > InWord {
			t.Errorf("%s: stands out of order", f.Name)
		}
		if f.News&^(f.Inputs|state.InputRates|state.InputConduct) != 0 {
			t.Errorf("%s: news of %b moves it that it does not depend on (%b)", f.Name, f.News, f.Inputs)
		}
		if f.clock != nil && f.Unit != InDays {
			t.Errorf("%s: counts days and is no number of days", f.Name)
		}
		if got := featureNamed(f.Name); got == nil || got.Meaning != f.Meaning {
			t.Errorf("%s: is not found by its name", f.Name)
		}
		seen[f.Name], unit = true, f.Unit
	}
}

// The table of features for users is made of their declarations.
func TestTheTableOfFeaturesIsOfTheirDeclarations(t *testing.T) {
	const begin, end = "<!-- features: made by go test ./detectors -update -->\n", "<!-- end -->\n"
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	had, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatal("README.md has no place for the table")
	}
	var b strings.Builder
	b.WriteString("| feature | unit | meaning |\n|---|---|---|\n")
	for _, f := range Features() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Name, f.Unit, f.Meaning)
	}
	if had == b.String() {
		return
	}
	if !*update {
		t.Fatal("README.md has another table; run go test ./detectors -update")
	}
	if err := os.WriteFile("README.md", []byte(before+begin+b.String()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// drawTraded makes a customer of whom there is something for every feature.
func drawTraded(t *rapid.T) *books {
	b := drawNews(t, drawBooks(t))
	for i := range rapid.IntRange(0, 8).Draw(t, "more") {
		b = b.add(drawBody(t, fmt.Sprintf("X-%d", i)))
	}
	return b
}

// drawBody makes a fact of any kind.
func drawBody(t *rapid.T, id string) state.Body {
	day := func(name string) state.Date { return firstDay + state.Date(rapid.IntRange(0, 160).Draw(t, name)) }
	amount := eur("0")
	amount.Minor = rapid.Int64Range(1, 1_000_000).Draw(t, "amount")
	invoice := fmt.Sprintf("INV-%d", rapid.IntRange(0, 5).Draw(t, "invoice"))
	switch rapid.IntRange(0, 14).Draw(t, "what") {
	case 0:
		return &state.Dispute{DisputeID: id, OpenedDate: day("opened"), InvoiceIDs: []string{invoice}, Amount: amount}
	case 1:
		return &state.DisputeClosed{DisputeID: "X-0", ClosedDate: day("closed")}
	case 2:
		return &state.Contact{
			ContactID: id, ContactDate: day("contact"), Channel: state.ContactPhone,
			Outcome: rapid.SampledFrom([]state.ContactOutcome{state.ContactReached, state.ContactNoAnswer}).Draw(t, "outcome"),
		}
	case 3:
		return &state.TermsRequest{
			RequestID: id, RequestDate: day("asked"), Type: state.RequestLongerTerms,
			Status:    rapid.SampledFrom([]state.RequestStatus{state.RequestOpen, state.RequestWithdrawn}).Draw(t, "status"),
			Requester: rapid.SampledFrom([]state.Requester{state.RequesterCustomer, state.RequesterSeller}).Draw(t, "requester"),
		}
	case 4:
		asked := day("asked for a plan")
		return &state.TermsRequest{
			RequestID: id, RequestDate: asked, Type: state.RequestInstalmentPlan, Status: state.RequestAccepted, InvoiceIDs: []string{invoice},
			Plan: []state.DueAmount{{DueDate: asked + 10, Amount: amount}, {DueDate: asked + 40, Amount: amount}},
		}
	case 5:
		return &state.Note{NoteID: id, NoteDate: day("noted")}
	case 6:
		from := day("covered")
		return &state.Cover{
			CoverID: id, Type: state.CoverInsurance, Amount: amount, ValidFrom: from,
			ValidTo: from + state.Date(rapid.IntRange(0, 60).Draw(t, "validity")),
		}
	case 7:
		p := profile()
		p.Segment, p.Country = rapid.SampledFrom([]string{"", "key", "small"}).Draw(t, "segment"), "DE"
		p.CustomerSince = rapid.SampledFrom([]state.Date{0, day("since"), firstDay - 400}).Draw(t, "customer since")
		return p
	case 8:
		return &state.Invoice{InvoiceID: id, IssueDate: day("issued"), DueDate: day("due"), Total: amount}
	case 9:
		return &state.CreditNote{CreditNoteID: id, CreditDate: day("credited"), Amount: amount}
	case 10:
		value := day("drawn")
		return &state.Payment{PaymentID: id, ValueDate: value, MaturityDate: value + 30, Amount: amount, Method: state.MethodBill}
	case 11:
		return &state.OrderCancelled{OrderID: "SO-0", CancelDate: day("cancelled")}
	case 13:
		return &state.LimitRevision{
			LimitID: id, Type: state.LimitBase, Amount: amount, ValidFrom: day("limited"),
			ReviewDate: rapid.SampledFrom([]state.Date{0, firstDay + 100}).Draw(t, "review"),
		}
	case 12:
		return &state.Payment{PaymentID: id, ValueDate: day("paid"), Amount: amount, Cleared: state.FlagFalse}
	default:
		placed := day("placed")
		return &state.Order{OrderID: id, OrderDate: placed, Gross: amount, Delivered: amount, RequestedDelivery: placed + 5}
	}
}

// exactly is the feature's value in full.
func (f *Feature) exactly(in *Input) string {
	r := f.read(in)
	switch {
	case !r.known:
		return "not known"
	case f.Unit.IsNumber():
		return r.number.rat().String()
	default:
		return fmt.Sprintf("%v %q", r.yes, r.word)
	}
}

// Until the day that a feature names, time alone does not move it.
func TestFeaturesMoveOnlyWhenTheySay(t *testing.T) {
	features := Features()
	rapid.Check(t, func(t *rapid.T) {
		b := drawTraded(t)
		in := b.at(firstDay + state.Date(rapid.IntRange(0, 240).Draw(t, "day")))
		day, customer := in.View.Day, b.customer()
		was, until := make([]string, len(features)), make([]state.Date, len(features))
		for i := range features {
			was[i] = features[i].exactly(in)
			if until[i] = sooner(in.View.NextChange(), features[i].moves(in)); until[i] != 0 && until[i] <= day {
				t.Fatalf("%s on %v: moves on %v", features[i].Name, day, until[i])
			}
		}
		for later := day + 1; later < day+800; later += state.Date(rapid.SampledFrom([]int{1, 1, 1, 1, 30}).Draw(t, "days")) {
			now := in.on(b.see(customer, later))
			for i := range features {
				if until[i] != 0 && later >= until[i] {
					continue
				}
				if got := features[i].exactly(now); got != was[i] {
					t.Fatalf("%s on %v: %s until %v, but on %v %s", features[i].Name, day, was[i], until[i], later, got)
				}
			}
		}
	})
}

// An event moves no feature that does not depend on its input.
func TestFeaturesDependOnTheirInputsAlone(t *testing.T) {
	features := Features()
	rapid.Check(t, func(t *rapid.T) {
		b := drawTraded(t)
		day, customer := firstDay+state.Date(rapid.IntRange(0, 240).Draw(t, "day")), b.customer()
		in := b.at(day)
		read := func() (values []string) {
			for i := range features {
				values = append(values, features[i].exactly(in.on(b.see(customer, day))))
			}
			return values
		}
		was, body := read(), drawBody(t, "Y")
		more := b.add(body).events
		changed := customer.Apply(day, more[len(more)-1:], make([]state.Outcome, 1))
		for i, now := range read() {
			if f := &features[i]; f.Inputs&changed == 0 && now != was[i] {
				t.Fatalf("%s: %T (%b) turns %s into %s, but it depends on %b", f.Name, body, changed, was[i], now, f.Inputs)
			}
		}
	})
}

// Of a past day a feature tells what it told then, but for what is not kept by date: what is taken back rests on that.
func TestFeaturesOfPastDaysAreWhatTheyWere(t *testing.T) {
	features := Features()
	rapid.Check(t, func(t *rapid.T) {
		b := drawTraded(t)
		day := firstDay + state.Date(rapid.IntRange(0, 240).Draw(t, "day"))
		fresh, later := b.at(day), b.customer()
		later.View(ledger(), day+state.Date(rapid.IntRange(1, 300).Draw(t, "days later")))
		later.Then(ledger(), day, func(view *state.View) {
			if b.lapses {
				view = view.Lapsing()
			}
			for i := range features {
				f := &features[i]
				if got, want := f.exactly(fresh.on(view)), f.exactly(fresh); got != want && !f.Undated {
					t.Fatalf("%s of %v: later it is %s, then it was %s", f.Name, day, got, want)
				}
			}
		})
	})
}

func TestReservedNamesAreThoseOfAllSignals(t *testing.T) {
	for _, d := range All() {
		if name := d.Sign().Signal; !reserved[name] {
			t.Errorf("%s is not reserved", name)
		}
	}
}
