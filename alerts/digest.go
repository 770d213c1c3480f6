package alerts

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tocsin/detectors"
	"tocsin/state"
)

// How much a digest names.
const (
	digestCases  = 10 // customers of one kind of news
	digestOwners = 10 // whose tasks are named
	digestTasks  = 3  // tasks of one owner
)

// Digest is what became of all customers on a business day and the days off after it, as somebody reads it who opens his desk on the
// next business day. Amounts in different currencies are ranked by their whole units, and never added.
//
// What it tells of cases follows from the alerts of those days and is the same whenever it is made. Tasks, messages and sources are
// told as the store has them when it is made; a digest of an earlier day has none.
type Digest struct {
	Day, Last state.Date    // the business day, and the last of the days off after it
	Seq       int64         // 1, counted up when somebody is erased from it
	MadeAt    state.Instant // when it was made

	New, Worse, Better, Closed DigestNews

	Overdue, Today DigestTasks // of the next business day

	Withheld int                // cases of which messages are held back
	Stale    []state.StaleInput // sources without which the open day was opened
	Agenda   DigestAgenda       // as the store has it when it is made
	Groups   DigestGroups       // the same
	Systemic []state.Systemic   // rules in which too many rose on one day, of which nobody has let the messages go

	Customers int           // how many are watched
	LastEvent state.Instant // when the last event came; zero: nobody looked, for there is other news, or none ever came
}

// DigestNews are customers of whom the same kind of thing is to be told.
type DigestNews struct {
	Count  int           // of all
	AtRisk []state.Money // the sum over all, for each currency, by its code
	Cases  []DigestCase  // the first of them, by money at risk, then severity, then customer
}

// DigestCase is one customer with live alerts at warning or above; where the last has gone, as they were before.
type DigestCase struct {
	Customer    state.CustomerID
	Name        string // empty: no profile is known
	Severity    detectors.Level
	Signals     []string    // worst first, then by name
	MoneyAtRisk state.Money // the largest of its alerts; no currency: none is told
}

// DigestTasks are tasks that are to be acknowledged, decided or looked at again.
type DigestTasks struct {
	Count  int
	Owners []DigestOwner // the first of them, by how many tasks, then by name
	More   int           // owners that are not among these
}

// DigestOwner is whose tasks they are.
type DigestOwner struct {
	Owner string // empty: nobody's
	Count int
	Tasks []DigestTask // the largest, by money at risk, then customer
}

// DigestTask is one of them.
type DigestTask struct {
	TaskID      string
	Customer    state.CustomerID
	Name        string        // empty: no profile is known
	Due         state.Instant // by when it is to be acknowledged, or else decided or looked at again
	MoneyAtRisk state.Money
}

// DigestDay is the last business day whose digest can be told while a day is open: the next business day has begun. Zero: a calendar
// has none.
func DigestDay(c state.Calendar, open state.Date) state.Date {
	for !c.IsBusiness(open) {
		open--
	}
	for open--; !c.IsBusiness(open); {
		open--
	}
	return open
}

// NewDigest makes the digest of a business day from the alerts of the store, by when they were known, and its tasks. Of whom no alert has
// changed on its days there is no news: those alerts need not be among them. Nor need closed tasks.
func NewDigest(ledger *state.Ledger, day state.Date, rows []state.AlertRow, tasks []state.TaskRow) (*Digest, error) {
	next := ledger.Calendar.AddBusinessDays(day, 1)
	d := &Digest{Day: day, Last: next - 1, Seq: 1}
	if err := d.tell(rows); err != nil {
		return nil, err
	}
	for i := range tasks {
		if err := d.owe(&tasks[i], next, ledger); err != nil {
			return nil, err
		}
	}
	d.Overdue.sort()
	d.Today.sort()
	return d, nil
}

// Quiet tells whether there is nothing to say of any customer or task.
func (d *Digest) Quiet() bool {
	return d.New.Count+d.Worse.Count+d.Better.Count+d.Closed.Count+d.Overdue.Count+d.Today.Count == 0
}

// Named calls each with every customer that the digest names, and where his name goes.
func (d *Digest) Named(each func(customer state.CustomerID, name *string)) {
	d.named(func(customer *state.CustomerID, name *string) { each(*customer, name) })
}

func (d *Digest) named(each func(customer *state.CustomerID, name *string)) {
	for _, n := range []*DigestNews{&d.New, &d.Worse, &d.Better, &d.Closed} {
		n.named(each)
	}
	d.Groups.named(each)
	for i := range d.Agenda.Owners {
		each(&d.Agenda.Owners[i].Customer, &d.Agenda.Owners[i].Name)
	}
	for _, t := range []*DigestTasks{&d.Overdue, &d.Today} {
		for i := range t.Owners {
			for j := range t.Owners[i].Tasks {
				each(&t.Owners[i].Tasks[j].Customer, &t.Owners[i].Tasks[j].Name)
			}
		}
	}
}

func (n *DigestNews) named(each func(customer *state.CustomerID, name *string)) {
	for i := range n.Cases {
		each(&n.Cases[i].Customer, &n.Cases[i].Name)
	}
}

// Unname takes the names of customers that are erased out of a digest, and that of an owner who is named because of them alone; as gives the
// pseudonym of one that is. It tells whether there was any.
func (d *Digest) Unname(as func(state.CustomerID) (state.CustomerID, bool)) bool {
	if !unname(d.named, as) {
		return false
	}
	for _, t := range []*DigestTasks{&d.Overdue, &d.Today} {
		for i := range t.Owners {
			if o := &t.Owners[i]; o.Count == len(o.Tasks) && !slices.ContainsFunc(o.Tasks, func(k DigestTask) bool { return k.Name != Erased }) {
				o.Owner = Erased
			}
		}
	}
	for i := range d.Agenda.Owners {
		if s := &d.Agenda.Owners[i]; s.Count == 1 && s.Name == Erased && s.Person != "" {
			s.Person = Erased
		}
	}
	d.Seq++
	return true
}

// unname takes the names of customers that are erased out of what names them.
func unname(named func(func(*state.CustomerID, *string)), as func(state.CustomerID) (state.CustomerID, bool)) (changed bool) {
	named(func(customer *state.CustomerID, name *string) {
		if pseudonym, gone := as(*customer); gone && pseudonym != *customer {
			*customer, *name, changed = pseudonym, Erased, true
		}
	})
	return changed
}

// digested are a customer's last changes of live alerts before the days of a digest, and up to their end, by signal; the latter is not nil.
type digested map[string]*[2]*state.AlertRow

// tell sorts customers by what became of them.
func (d *Digest) tell(rows []state.AlertRow) error {
	for customer, of := range digest(rows, d.Day, d.Last) {
		was, now, risen, fallen, err := of.compare(customer)
		if err != nil {
			return err
		}
		switch {
		case was.Severity == detectors.None && now.Severity == detectors.None:
		case was.Severity == detectors.None:
			d.New.add(now)
		case now.Severity == detectors.None:
			d.Closed.add(was)
		case now.Severity > was.Severity || now.Severity == was.Severity && risen:
			d.Worse.add(now)
		case now.Severity < was.Severity || fallen:
			d.Better.add(now)
		}
	}
	for _, n := range []*DigestNews{&d.New, &d.Worse, &d.Better, &d.Closed} {
		n.sort()
	}
	return nil
}

// digest sorts changes by whose they are.
func digest(rows []state.AlertRow, first, last state.Date) map[state.CustomerID]digested {
	all := map[state.CustomerID]digested{}
	for i := range rows {
		row := &rows[i]
		if row.RuleSet != Live || row.Day > last || row.Customer == Everybody {
			continue
		}
		of := all[row.Customer]
		if of == nil {
			of = digested{}
			all[row.Customer] = of
		}
		at := of[row.Signal]
		if at == nil {
			at = new([2]*state.AlertRow)
			of[row.Signal] = at
		}
		if at[1] != nil && at[1].ID == row.ID && at[1].Seq > row.Seq {
			continue // known at the same instant
		}
		if row.Day < first {
			at[0] = row
		}
		at[1] = row
	}
	return all
}

// atRisk is the money at risk that a change tells of.
func atRisk(row *state.AlertRow) (state.Money, error) {
	var body struct {
		MoneyAtRisk moneyWire `json:"money_at_risk"`
	}
	if err := json.Unmarshal(row.Body, &body); err != nil {
		return state.Money{}, fmt.Errorf("alert %s: %w", row.ID, err)
	}
	return state.Money(body.MoneyAtRisk), nil
}

// compare is a customer before and at the end, and whether one of his alerts has risen or fallen.
func (of digested) compare(customer state.CustomerID) (was, now DigestCase, risen, fallen bool, err error) {
	sides := [2]*DigestCase{&was, &now}
	levels := [2]map[string]detectors.Level{{}, {}}
	for signal, at := range of {
		for i, side := range sides {
			if at[i] == nil || detectors.Level(at[i].To) < detectors.Warning {
				continue
			}
			levels[i][signal] = detectors.Level(at[i].To)
			side.Severity = max(side.Severity, levels[i][signal])
			side.Signals = append(side.Signals, signal)
			risk, err := atRisk(at[i])
			if err != nil {
				return was, now, false, false, err
			}
			side.MoneyAtRisk = moreMoney(side.MoneyAtRisk, risk)
		}
		risen = risen || levels[1][signal] > levels[0][signal]
		fallen = fallen || levels[1][signal] < levels[0][signal]
	}
	for i, side := range sides {
		side.Customer = customer
		slices.SortFunc(side.Signals, func(a, b string) int {
			return cmp.Or(cmp.Compare(levels[i][b], levels[i][a]), strings.Compare(a, b))
		})
	}
	return was, now, risen, fallen, nil
}

// moreMoney is the larger of two amounts, whichever comes first: of as many whole units in two currencies the code decides.
func moreMoney(a, b state.Money) state.Money {
	if compareMoney(a, b) <= 0 {
		return a
	}
	return b
}

// compareMoney puts larger amounts first, and those that are not told last.
func compareMoney(a, b state.Money) int {
	told := func(m state.Money) int {
		if m.Told() {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(told(a), told(b)), cmp.Compare(units(b), units(a)), cmp.Compare(a.Currency.String(), b.Currency.String()),
		cmp.Compare(b.Minor, a.Minor))
}

func (n *DigestNews) add(c DigestCase) {
	n.Count++
	n.Cases = append(n.Cases, c)
	sums := Summary{AtRisk: n.AtRisk}
	sums.risk(c.MoneyAtRisk)
	n.AtRisk = sums.AtRisk
}

func (n *DigestNews) sort() {
	slices.SortFunc(n.Cases, func(a, b DigestCase) int {
		return cmp.Or(compareMoney(a.MoneyAtRisk, b.MoneyAtRisk), cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Customer, b.Customer))
	})
	n.Cases = n.Cases[:min(len(n.Cases), digestCases)]
}

// sortBySeverity puts the gravest first.
func (n *DigestNews) sortBySeverity() {
	slices.SortFunc(n.Cases, func(a, b DigestCase) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), compareMoney(a.MoneyAtRisk, b.MoneyAtRisk), cmp.Compare(a.Customer, b.Customer))
	})
	n.Cases = n.Cases[:min(len(n.Cases), digestCases)]
}

// owe counts a task in that is due on a day or was before. One that is put off is not due.
func (d *Digest) owe(row *state.TaskRow, day state.Date, ledger *state.Ledger) error {
	if row.State == TaskClosed {
		return nil
	}
	var w struct {
		Owner        string      `json:"owner"`
		Due          instantWire `json:"due"`
		Acknowledge  instantWire `json:"acknowledge_by"`
		MoneyAtRisk  moneyWire   `json:"money_at_risk"`
		SnoozedUntil dateWire    `json:"snoozed_until"`
	}
	if err := json.Unmarshal(row.Body, &w); err != nil {
		return fmt.Errorf("task %s: %w", row.ID, err)
	}
	due := state.Instant(cmp.Or(w.Acknowledge, w.Due))
	if due == 0 || state.Date(w.SnoozedUntil) > day || due >= (day+1).Start(ledger.Zone) {
		return nil
	}
	list := &d.Today
	if due < day.Start(ledger.Zone) {
		list = &d.Overdue
	}
	list.Count++
	at := slices.IndexFunc(list.Owners, func(o DigestOwner) bool { return o.Owner == w.Owner })
	if at < 0 {
		at = len(list.Owners)
		list.Owners = append(list.Owners, DigestOwner{Owner: w.Owner})
	}
	o := &list.Owners[at]
	o.Count++
	o.Tasks = append(o.Tasks, DigestTask{TaskID: row.ID, Customer: row.Customer, Due: due, MoneyAtRisk: state.Money(w.MoneyAtRisk)})
	return nil
}

func (t *DigestTasks) sort() {
	for i := range t.Owners {
		o := &t.Owners[i]
		slices.SortFunc(o.Tasks, func(a, b DigestTask) int {
			return cmp.Or(compareMoney(a.MoneyAtRisk, b.MoneyAtRisk), cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.TaskID, b.TaskID))
		})
		o.Tasks = o.Tasks[:min(len(o.Tasks), digestTasks)]
	}
	slices.SortFunc(t.Owners, func(a, b DigestOwner) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Owner, b.Owner))
	})
	t.More = max(0, len(t.Owners)-digestOwners)
	t.Owners = t.Owners[:len(t.Owners)-t.More]
}
