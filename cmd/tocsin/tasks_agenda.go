package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/state"
)

// tasksAgendaCommand lists what is to be done about invoices by the process calendar.
type tasksAgendaCommand struct {
	configFlag
	outputFlag
	Customer string `help:"Of one customer only."`
	Step     string `help:"One step only."`
	Role     string `help:"What is up to one role only: account_clerk, credit_analyst, credit_manager or head_of_credit."`
	Missed   bool   `help:"Missed steps only."`
}

// Help says what the calendar is.
func (c *tasksAgendaCommand) Help() string {
	return "Work items are no signals and no review tasks: each is a step that somebody is to take with a due line of an invoice. Steps: reminder, 7 days before it is due, " +
		"14 for customers graded watch or bad, of material amounts only; first_call from the 1st day past due, reminder_letter from the 8th, formal_letter from the 16th, " +
		"stop_supply from the 31st, final_demand from the 61st, legal from the 90th. Whose it is goes by age: the account clerk up to 30 days past due, the credit analyst " +
		"up to 60, the credit manager up to 90, then the head of credit; names are those of the customer's profile. A step is taken when a contact of its kind is told " +
		"(contact.attempted: a call or visit for the first call, what was written for letters, a visit for stop_supply), or a promise to pay that still stands; it is missed " +
		"two business days after its day. What is disputed, covered by cash or on a plan that is kept is not listed. All customers of the store are read, as they stand now."
}

// Run prints one item a line, by customer.
func (c *tasksAgendaCommand) Run(p *process) (err error) {
	if err := oneOfOrNone("--step", c.Step, alerts.Steps()); err != nil {
		return err
	}
	if err := oneOfOrNone("--role", c.Role, alerts.Roles()); err != nil {
		return err
	}
	store, err := c.open(p, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	desk := consumer.Desk{Store: store, Engines: earlierEngines(store), Now: wallClock}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	asked := alerts.AgendaQuery{Customer: state.CustomerID(c.Customer), Step: c.Step, Role: c.Role, Missed: c.Missed}
	err = desk.Agenda(p.ctx, func(i alerts.WorkItem) {
		if !asked.Fits(&i) {
			return
		}
		if c.json() {
			_ = json.NewEncoder(p.stdout).Encode(i.Record())
			return
		}
		late := "by " + i.By.String()
		if i.Missed {
			late = "MISSED " + i.By.String()
		}
		who := i.Role
		if i.Person != "" {
			who += " " + i.Person
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\tdue %s\t%s %s\t%s\n", printable(string(i.Customer)), printable(i.Invoice), i.Step, late, i.Due, i.Amount.Currency, i.Amount, printable(who))
	})
	if errors.Is(err, consumer.ErrNoDay) {
		err = nil // nobody is known, so there is nothing to do
	}
	return errors.Join(w.Flush(), err)
}

// oneOfOrNone refuses what is given for a flag and is none of its values.
func oneOfOrNone(flag, given string, of []string) error {
	if given == "" || slices.Contains(of, given) {
		return nil
	}
	return usageError{flag + ": " + notOneOf(given, of).Error()}
}
