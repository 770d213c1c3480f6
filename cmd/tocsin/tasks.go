package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/state"
)

// tasksCommand lists review tasks and records what people decide.
type tasksCommand struct {
	List   tasksListCommand   `cmd:"" default:"withargs" help:"List the tasks that are not closed."`
	Ack    tasksAckCommand    `cmd:"" help:"Acknowledge a task: somebody has it in hand."`
	Decide tasksDecideCommand `cmd:"" help:"Record a decision, why, and when the customer is looked at again."`
	Close  tasksCloseCommand  `cmd:"" help:"Close a task that is decided or whose signals have cleared."`

	Snooze   tasksSnoozeCommand   `cmd:"" help:"Put a task off, for at most 14 days."`
	Wake     tasksWakeCommand     `cmd:"" help:"Bring a task back that is put off."`
	Reassign tasksReassignCommand `cmd:"" help:"Hand a task to another owner."`
	Feedback tasksFeedbackCommand `cmd:"" help:"Say of an alert of a task what it was worth."`

	Groups tasksGroupsCommand `cmd:"" help:"List corporate groups of which several tasks wait for a decision, with those."`
	Agenda tasksAgendaCommand `cmd:"" help:"List what is to be done about invoices: reminders before they are due, then the ladder of collection."`
}

// tasksListCommand prints the tasks.
type tasksListCommand struct {
	configFlag
	outputFlag
	All bool `help:"Closed tasks too."`
}

// taskRecord is what a list shows of the contract's task record.
type taskRecord struct {
	TaskID      string   `json:"task_id"`
	Customer    string   `json:"customer_id"`
	State       string   `json:"state"`
	Severity    string   `json:"severity"`
	Owner       string   `json:"owner"`
	Acknowledge string   `json:"acknowledge_by"`
	Due         string   `json:"due"`
	Recommended []string `json:"recommended"`

	Priority *moneyRecord `json:"priority"`
	Snoozed  string       `json:"snoozed_until"`
}

// stands is where the task is, and until when it is put off.
func (t *taskRecord) stands() string {
	if t.Snoozed == "" {
		return t.State
	}
	return t.State + ", snoozed until " + t.Snoozed
}

// moneyRecord is an amount as the contract writes it.
type moneyRecord struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// priority is how much a task presses, for people.
func (t *taskRecord) priority() string {
	if t.Priority == nil {
		return "none"
	}
	return t.Priority.Currency + " " + t.Priority.Amount
}

// due is by when the task is to be acknowledged and decided, on the clocks of a zone.
func (t *taskRecord) due(zone *time.Location) string {
	due := "due " + orNone(onClocks(t.Due, zone))
	if t.Acknowledge != "" {
		return "acknowledge by " + onClocks(t.Acknowledge, zone) + ", " + due
	}
	return due
}

// onClocks is an instant on the clocks of a zone. An earlier program told the day alone.
func onClocks(instant string, zone *time.Location) string {
	at, err := time.Parse(time.RFC3339Nano, instant)
	if err != nil {
		return instant
	}
	return at.In(zone).Format("2006-01-02 15:04")
}

// presses is a task's priority in whole units, and -1 where there is none: those come last.
func (t *taskRecord) presses() int64 {
	if t.Priority == nil {
		return -1
	}
	whole, _, _ := strings.Cut(t.Priority.Amount, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// listed is a task of a list.
type listed struct {
	record taskRecord
	body   []byte
}

// Run prints one task a line, or its records as JSON lines, those that press most first. Amounts in different currencies are ranked by
// their whole units.
func (c *tasksListCommand) Run(p *process) (err error) {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	ledger, err := loaded.ledger()
	if err != nil {
		return err
	}
	store, err := loaded.openStore(p.ctx, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	var list []listed
	stages := []string{""} // of those that are not closed
	if c.All {
		stages = append(stages, alerts.TaskClosed)
	}
	for _, stage := range stages {
		for row, err := range state.AllTasks(p.ctx, store, state.TaskQuery{State: stage}) {
			if err != nil {
				return err
			}
			one := listed{body: row.Body}
			if err := json.Unmarshal(row.Body, &one.record); err != nil {
				return fmt.Errorf("task %s: %w", row.ID, err)
			}
			list = append(list, one)
		}
	}
	slices.SortStableFunc(list, func(a, b listed) int { return cmp.Compare(b.record.presses(), a.record.presses()) })
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for i := range list {
		if c.json() {
			fmt.Fprintf(p.stdout, "%s\n", list[i].body)
			continue
		}
		t, action := &list[i].record, ""
		if len(t.Recommended) > 0 {
			action = t.Recommended[0]
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\tpriority %s\t%s\t%s\t%s\n", t.TaskID, t.Severity, t.Customer, t.stands(), t.priority(), t.due(ledger.Zone), printable(orNone(t.Owner)), action)
	}
	return w.Flush()
}

// taskFlags are what every act on a task names.
type taskFlags struct {
	configFlag
	Task string `arg:"" help:"The task's id."`
	By   string `help:"Who acts. Without it the user of this machine."`
}

// tasksAckCommand acknowledges a task.
type tasksAckCommand struct{ taskFlags }

// Run records that somebody has the task in hand.
func (c *tasksAckCommand) Run(p *process) error {
	return c.act(p, alerts.Decision{Action: alerts.Acknowledge})
}

// tasksDecideCommand decides a task.
type tasksDecideCommand struct {
	taskFlags
	Decision   string `required:"" help:"What is to be done, such as hold_orders, call or no_action."`
	Reason     string `help:"Reason code; no_action needs one."`
	NextReview string `required:"" placeholder:"DATE" help:"When the customer is looked at again."`
}

// Help lists what can be decided, and what comes of it.
func (c *tasksDecideCommand) Help() string {
	return "Decisions: " + strings.Join(alerts.DecisionCodes(), ", ") + ".\nReasons: " + strings.Join(alerts.ReasonCodes(), ", ") + ".\n\n" +
		"hold_orders and release_with_conditions are told to the order system on the tasks topic. After no_action the task's signals are muted " +
		"for 30 days: what rises of them joins no case, unless it reaches a higher level or is worse by a quarter of its threshold."
}

// Run records the decision.
func (c *tasksDecideCommand) Run(p *process) error {
	review, err := dateFlag("--next-review", c.NextReview)
	if err != nil {
		return err
	}
	return c.act(p, alerts.Decision{Action: alerts.Decide, Code: c.Decision, ReasonCode: c.Reason, NextReview: review})
}

// tasksCloseCommand closes a task.
type tasksCloseCommand struct{ taskFlags }

// Run closes the task.
func (c *tasksCloseCommand) Run(p *process) error {
	return c.act(p, alerts.Decision{Action: alerts.Close})
}

// act takes a decision into the record of the task's customer.
func (f taskFlags) act(p *process, d alerts.Decision) (err error) {
	store, err := f.open(p, besideStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	customer, seq, err := ownerOf(p, store, f.Task)
	if err != nil {
		return err
	}
	d.TaskID, d.By, d.At = f.Task, actor(f.By), wallClock()
	desk := consumer.Desk{Store: store, Engines: earlierEngines(store), Now: wallClock}
	return desk.Decide(p.ctx, customer, d, requestOf(d, seq))
}

// actor is who acts: who is named, or else the user of this machine, by number where it has no name.
func actor(named string) string {
	if named != "" {
		return named
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return fmt.Sprint("uid ", os.Getuid())
}

// ownerOf finds the customer of a task, and how often the task has changed.
func ownerOf(p *process, store state.Pages, task string) (state.CustomerID, int64, error) {
	row, found, err := store.Task(p.ctx, task)
	if err == nil && !found {
		err = fmt.Errorf("task %q is not known; tocsin tasks lists them", task)
	}
	return row.Customer, row.Seq, err
}
