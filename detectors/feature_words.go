package detectors

import (
	"slices"

	"tocsin/state"
)

var countFeatures = []Feature{
	{
		Name: "open_invoices", Unit: InCount, Meaning: "Invoices that are not settled.",
		Inputs: state.InputReceivables, News: state.InputReceivables, proof: func(in *Input) []string { return in.View.OpenInvoiceIDs() },
		read: func(in *Input) reading { return days(in.View.OpenInvoices()) },
	},
	{
		Name: "overdue_invoices", Unit: InCount, Meaning: "Invoices that are not settled and of which something is past due, by document.",
		Inputs: state.InputReceivables, News: state.InputReceivables, proof: linesPastDue,
		read: func(in *Input) reading {
			ids, _ := overdueInvoices(in)
			return days(len(ids))
		},
		next: func(in *Input) state.Date {
			_, next := overdueInvoices(in)
			return next
		},
	},
	{
		Name: "open_disputes", Unit: InCount, Meaning: "Disputes that are not closed.",
		Inputs: state.InputConduct, News: state.InputConduct, proof: disputes,
		read: func(in *Input) reading { return days(len(disputes(in))) },
	},
	window("terms_requests_180_days", "The customer's requests for other terms in the last 180 days, but for those withdrawn.", 180, state.InputConduct,
		func(in *Input, see func(id string, on state.Date)) {
			for _, r := range in.View.Requests() {
				if r.Requester != state.RequesterSeller && r.Status != state.RequestWithdrawn {
					see(r.RequestID, r.RequestDate)
				}
			}
		}),
	window("notes_90_days", "Notes of what people saw in the last 90 days.", 90, state.InputOpinion,
		func(in *Input, see func(id string, on state.Date)) {
			for _, n := range in.View.Notes() {
				see(n.NoteID, n.NoteDate)
			}
		}),
	{
		Name: "registry_facts", Unit: InCount, Meaning: "Facts of public registers that stand.",
		Inputs: state.InputRegistry | state.InputProfile, News: state.InputRegistry,
		read: func(in *Input) reading {
			n := 0
			for _, f := range in.View.RegistryFacts() {
				if f.Status != state.RegistryEnded {
					n++
				}
			}
			return days(n)
		},
	},
}

var truthFeatures = []Feature{
	{
		Name: "limit_on_file", Unit: InTruth, Meaning: "A base limit is in force.",
		Inputs: state.InputLimits, News: state.InputLimits,
		read: func(in *Input) reading { return truth(in.View.Limit().OnFile) },
	},
	{
		Name: "insured", Unit: InTruth, Meaning: "A credit insurance is in force.",
		Inputs: state.InputCover, News: state.InputCover,
		read: func(in *Input) reading {
			return truth(slices.ContainsFunc(in.View.CoversOn(in.View.Day), func(c *state.Cover) bool { return c.Type == state.CoverInsurance }))
		},
	},
	{
		Name: "instalment_plan", Unit: InTruth, Meaning: "An agreed instalment plan is running, whether it is kept or not.",
		Inputs: state.InputReceivables | state.InputConduct, News: state.InputReceivables, proof: plans,
		read: func(in *Input) reading { return truth(len(in.View.Plans()) > 0) },
	},
	{
		Name: "plan_missed", Unit: InTruth, Meaning: "A line of such a plan is missed.",
		Inputs: state.InputReceivables | state.InputConduct, News: state.InputReceivables, proof: plans,
		read: func(in *Input) reading {
			return truth(slices.ContainsFunc(in.View.Plans(), func(p state.Plan) bool { return !p.Kept }))
		},
	},
}

// wordFeatures are the traits that segments see too, and the currency. What the profile does not say is an empty word.
var wordFeatures = []Feature{
	trait("segment", "The profile's segment.", func(t *traits) string { return t.Segment }),
	trait("country", "The profile's country.", func(t *traits) string { return t.Country }),
	trait("kind", "`company`, `public_body`, `intercompany`, `person` or empty.", func(t *traits) string { return t.Kind }),
	trait("status", "`active`, `dormant`, `blocked` or empty.", func(t *traits) string { return t.Status }),
	trait("credit_manager", "The profile's credit manager.", func(t *traits) string { return t.CreditManager }),
	trait("account_owner", "The profile's account owner.", func(t *traits) string { return t.AccountOwner }),
	{
		Name: nameClass, Unit: InWord, Meaning: "`new`, `established` or `core`.",
		Inputs: state.InputReceivables, News: state.InputReceivables,
		read: func(in *Input) reading { return word(in.View.Class().String()) },
		next: func(in *Input) state.Date { return in.View.NextClass() },
	},
	{
		Name: "currency", Unit: InWord, Meaning: "The customer's currency, in which all amounts are.",
		Inputs: documentInputs, News: state.InputProfile,
		read: func(in *Input) reading { return word(in.View.Currency().String()) },
	},
}

func trait(name, meaning string, of func(*traits) string) Feature {
	return Feature{
		Name: name, Unit: InWord, Meaning: meaning, Inputs: state.InputProfile, News: state.InputProfile,
		read: func(in *Input) reading {
			t := traitsOf(in.View)
			return word(of(&t))
		},
	}
}

// overdueInvoices are the invoices of which something is past due, and the day on which a further line will be.
func overdueInvoices(in *Input) (ids map[string]bool, next state.Date) {
	for _, l := range in.View.OpenLines() {
		switch {
		case l.Settled || l.Open <= 0:
		case l.Effective >= in.View.Day:
			next = sooner(next, l.Effective+1)
		case ids == nil:
			ids = map[string]bool{l.Invoice: true}
		default:
			ids[l.Invoice] = true
		}
	}
	return ids, next
}

// window counts what lies in the last days.
func window(name, meaning string, length int, inputs state.Inputs, each func(in *Input, see func(id string, on state.Date))) Feature {
	within := func(in *Input) (ids []string, next state.Date) {
		each(in, func(id string, on state.Date) {
			if out := on + state.Date(length); out > in.View.Day {
				ids, next = append(ids, id), sooner(next, out)
			}
		})
		return ids, next
	}
	return Feature{
		Name: name, Unit: InCount, Meaning: meaning, Inputs: inputs, News: inputs,
		read: func(in *Input) reading {
			ids, _ := within(in)
			return days(len(ids))
		},
		next: func(in *Input) state.Date {
			_, next := within(in)
			return next
		},
		proof: func(in *Input) []string {
			ids, _ := within(in)
			return ids
		},
	}
}

func plans(in *Input) []string {
	var ids []string
	for _, p := range in.View.Plans() {
		ids = append(ids, p.RequestID)
	}
	return ids
}
