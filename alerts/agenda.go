package alerts

import (
	"cmp"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// Steps of an invoice's process calendar (DOMAIN.md 2.13), in its order: before it is due a reminder, afterwards the ladder of collection. Of
// release, delivery and approval, which come before, publishers tell nothing that could be missed.
const (
	StepReminder       = "reminder"        // P3
	StepFirstCall      = "first_call"      // P4
	StepReminderLetter = "reminder_letter" // P5
	StepFormalLetter   = "formal_letter"   // P6
	StepStopSupply     = "stop_supply"     // P7: a decision, and a visit
	StepFinalDemand    = "final_demand"    // P8
	StepLegal          = "legal"           // P9: a court, an agency or the insurer
)

// Steps are the names of all steps, in their order.
func Steps() []string {
	return []string{StepReminder, StepFirstCall, StepReminderLetter, StepFormalLetter, StepStopSupply, StepFinalDemand, StepLegal}
}

// Whose a step is, by how long the invoice is past due (DOMAIN.md 2.11).
const (
	RoleClerk   = "account_clerk"  // up to 30 days, and before it is due
	RoleAnalyst = "credit_analyst" // 31 to 60
	RoleManager = "credit_manager" // 61 to 90
	RoleHead    = "head_of_credit" // longer; with legal
)

// Roles are the names of all roles.
func Roles() []string { return []string{RoleClerk, RoleAnalyst, RoleManager, RoleHead} }

// WorkItem is a step that somebody is to take with one due line of an invoice, since no fact tells that it was taken. It is no signal: it says
// nothing of the customer.
type WorkItem struct {
	Customer state.CustomerID
	Step     string // the last one that the invoice has reached
	Role     string
	Person   string // in that role, as far as the customer's profile names one; empty: nobody
	Invoice  string
	Due      state.Date  // rolled to a business day
	On       state.Date  // since when the step is to be taken
	By       state.Date  // the last day on which it is in time: two business days later; of a reminder, than 7 days before it is due
	Missed   bool        // that is over
	Amount   state.Money // open and tested, in the customer's currency
}

// rung is a step of the ladder, from a day past due on.
type rung struct {
	after int
	step  string
	done  func(*state.Contact) bool // whether a contact is the step
}

// The days of the calendar.
const (
	remindDays      = 7  // before an invoice is due
	remindWorseDays = 14 // of customers who are graded watch or bad
	missedDays      = 2  // business days without a fact after which a step is missed
)

var ladder = []rung{
	{1, StepFirstCall, called},
	{8, StepReminderLetter, wrote},
	{16, StepFormalLetter, wrote},
	{31, StepStopSupply, visited},
	{61, StepFinalDemand, wrote},
	{90, StepLegal, func(*state.Contact) bool { return false }}, // nobody publishes that
}

// called tells whether somebody spoke to the customer or tried to, or he came of himself.
func called(c *state.Contact) bool {
	return c.Direction == state.ContactInbound || c.Outcome == state.ContactReached || c.Channel == state.ContactPhone || c.Channel == state.ContactVisit
}

func wrote(c *state.Contact) bool {
	return c.Direction != state.ContactInbound && (c.Channel == state.ContactLetter || c.Channel == state.ContactEmail || c.Channel == state.ContactPortal)
}

func visited(c *state.Contact) bool { return c.Channel == state.ContactVisit }

func outbound(c *state.Contact) bool { return c.Direction != state.ContactInbound }

// Agenda are the steps that are to be taken with a customer's invoices on the view's day, by (By, Due, Invoice); grade is the one in force, 0
// where he has none. It follows from his facts alone. Of each due line the last step that it has reached is told, until a contact of its kind
// since its day, or a promise to pay since then that names the invoice or none, tells that it was taken. What a dispute shields, what is
// covered by cash that is not applied, or asked for by an instalment plan that is kept is no matter of it; nor, before it is due, what is in
// any dispute, on any plan or less than material. In a customer whose receivables cannot be told for want of an exchange rate an amount counts by its fixed leg.
func Agenda(view *state.View, grade state.Grade, m detectors.Materiality) []WorkItem {
	a := agenda{view: view, ahead: remindDays, least: m.M(0, view.Currency()), quiet: map[string]bool{}}
	if view.Currency() == 0 {
		return nil
	}
	if grade >= state.GradeWatch {
		a.ahead = remindWorseDays
	}
	if view.Ageing().Known {
		a.least = m.M(view.Exposure().Receivables, view.Currency())
	}
	for _, plan := range view.Plans() {
		a.spare(plan.InvoiceIDs)
	}
	for _, d := range view.Disputes() {
		if d.Closed == nil {
			a.spare(d.InvoiceIDs)
		}
	}
	for _, p := range view.Promises() {
		if last := p.Revisions[len(p.Revisions)-1]; last.Status != state.PromiseWithdrawn && last.PromisedDate >= view.Day {
			a.promises = append(a.promises, last)
		}
	}
	var items []WorkItem
	for _, line := range view.DueLines() {
		if item, is := a.item(&line); is {
			items = append(items, item)
		}
	}
	slices.SortFunc(items, func(a, b WorkItem) int { return a.Key().Compare(b.Key()) })
	return items
}

// Agenda are the steps of a customer as its record stands. in is what a step of the record would get.
func (j *Judge) Agenda(in Input) []WorkItem {
	grade := j.Grade(in).Grade
	items := Agenda(j.View(in.Record.Customer.View(in.Ledger, in.Day)), grade, j.sets[0].Materiality)
	p := in.Record.Customer.View(in.Ledger, in.Day).Profile()
	for i := range items {
		items[i].Customer = in.Record.Customer.ID
		if p != nil {
			items[i].Person = personOf(items[i].Role, p)
		}
	}
	return items
}

// personOf is who has a role for a customer; empty: his profile names nobody.
func personOf(role string, p *state.Profile) string {
	switch role {
	case RoleClerk:
		return p.AccountOwner
	case RoleAnalyst, RoleManager:
		return p.CreditManager
	}
	return ""
}

// agenda is what the items of a customer have in common.
type agenda struct {
	view  *state.View
	ahead int             // days before an invoice is due
	least int64           // of which people are reminded before
	quiet map[string]bool // invoices of which nobody is reminded before: in dispute, however long, or on a plan

	promises []*state.Promise // that stand, and whose day has not gone
}

func (a *agenda) spare(invoices []string) {
	for _, id := range invoices {
		a.quiet[id] = true
	}
}

// item is the step to take with a due line; false where there is none, or it was taken.
func (a *agenda) item(line *state.DueLine) (item WorkItem, is bool) {
	if line.Settled || line.Discounted || line.Tested == 0 {
		return item, false
	}
	days := int(a.view.Day - line.Effective)
	item = WorkItem{Invoice: line.Invoice, Due: line.Effective, Role: roleOf(days), Amount: state.Money{Minor: line.Tested, Currency: a.view.Currency()}}
	done, checkpoint := outbound, state.Date(0)
	switch {
	case days > 0:
		at, _ := slices.BinarySearchFunc(ladder, days+1, func(r rung, days int) int { return cmp.Compare(r.after, days) })
		r := &ladder[at-1]
		item.Step, item.On, done = r.step, line.Effective+state.Date(r.after), r.done
	case days >= -a.ahead && !a.quiet[line.Invoice] && line.Tested >= a.least:
		item.Step, item.On = StepReminder, line.Effective-state.Date(a.ahead)
		checkpoint = line.Effective - remindDays // whoever is graded worse meanwhile has not missed it yet
	default:
		return item, false
	}
	if a.taken(item.Step, item.On, line.Invoice, done) {
		return item, false
	}
	if inv := a.view.InvoiceOf(line.Invoice); inv != nil {
		checkpoint = max(checkpoint, inv.IssueDate)
	}
	item.By = a.view.Ledger.Calendar.AddBusinessDays(max(checkpoint, item.On), missedDays)
	item.Missed = a.view.Day > item.By
	return item, true
}

// roleOf is whose a step is with an invoice that is so many days past due.
func roleOf(days int) string {
	switch {
	case days <= 30:
		return RoleClerk
	case days <= 60:
		return RoleAnalyst
	case days <= 90:
		return RoleManager
	}
	return RoleHead
}

// taken tells whether a step was taken since a day.
func (a *agenda) taken(step string, since state.Date, invoice string, done func(*state.Contact) bool) (taken bool) {
	a.view.EachContact(func(c *state.Contact) bool {
		taken = c.ContactDate >= since && done(c)
		return !taken
	})
	if taken {
		return true
	}
	return step != StepLegal && slices.ContainsFunc(a.promises, func(p *state.Promise) bool {
		return p.MadeDate >= since && (len(p.InvoiceIDs) == 0 || slices.Contains(p.InvoiceIDs, invoice))
	})
}
