package alerts

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// weekAges are the days from which a task is older than a week, two and four: see WeeklyOwner.
var weekAges = [...]int{7, 14, 28}

// WeeklyDigest is what a week has brought that nobody was told of at once, and where the work stands. What it tells of alerts and decisions
// is the same whenever it is made; tasks are told as the store has them when it is made.
type WeeklyDigest struct {
	First, Last state.Date    // seven days
	Seq         int64         // 1, counted up when somebody is erased from it
	MadeAt      state.Instant // when it was made

	Info    DigestNews      // customers with signals of mere information that were raised in the week
	Worst   DigestNews      // all with live alerts at warning or above when it ends, the worst of them first
	Decided WeeklyDecisions // of people, in the week
	Open    WeeklyTasks     // that are not closed, put off or decided
	Sources []state.Score   // what came of records in the week, by the names of sources
}

// WeeklyDecisions are decisions by their codes.
type WeeklyDecisions struct {
	Count int
	Codes []WeeklyCode // most frequent first, then by code
	Last  []WeeklyDecision
}

// WeeklyCode is how often something was decided.
type WeeklyCode struct {
	Code  string
	Count int
}

// WeeklyDecision is one of the last decisions.
type WeeklyDecision struct {
	Customer state.CustomerID // empty: he is erased
	Name     string           // empty: no profile is known
	Code     string
	By       string
	At       state.Instant
}

// WeeklyTasks are tasks by whose they are.
type WeeklyTasks struct {
	Count  int
	Owners []WeeklyOwner // the first of them, by how many tasks, then by name
	More   int           // owners that are not among these
}

// WeeklyOwner is how many tasks somebody has, by how long they are open: up to a week, two, four, and longer.
type WeeklyOwner struct {
	Owner  string // empty: nobody's
	Count  int
	Ages   [4]int
	Oldest int              // days
	Of     state.CustomerID // the customer of the oldest one
	Name   string           // his; empty: no profile is known
}

// NewWeeklyDigest makes the digest of the seven days up to one, from all alerts of the store by when they were known, and its tasks.
func NewWeeklyDigest(last state.Date, rows []state.AlertRow, tasks []state.TaskRow) (*WeeklyDigest, error) {
	w := &WeeklyDigest{First: last - 6, Last: last, Seq: 1}
	began := map[string]state.Date{} // alerts
	for i := range rows {
		if _, known := began[rows[i].ID]; !known {
			began[rows[i].ID] = rows[i].Day
		}
	}
	for customer, of := range digest(rows, w.First, last) {
		_, now, _, _, err := of.compare(customer)
		if err != nil {
			return nil, err
		}
		if now.Severity != detectors.None {
			w.Worst.add(now)
		}
		if info, raised, err := of.informed(customer, w.First); err != nil {
			return nil, err
		} else if raised {
			w.Info.add(info)
		}
	}
	w.Worst.sortBySeverity()
	w.Info.sort()
	for i := range tasks {
		if err := w.open(&tasks[i], began); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(w.Open.Owners, func(a, b WeeklyOwner) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Owner, b.Owner))
	})
	w.Open.More = max(0, len(w.Open.Owners)-digestOwners)
	w.Open.Owners = w.Open.Owners[:len(w.Open.Owners)-w.Open.More]
	return w, nil
}

// informed are a customer's signals that stand at information since a day or a later one.
func (of digested) informed(customer state.CustomerID, since state.Date) (c DigestCase, raised bool, err error) {
	c = DigestCase{Customer: customer, Severity: detectors.Info}
	for signal, at := range of {
		row := at[1]
		if detectors.Level(row.To) != detectors.Info || detectors.Level(row.From) != detectors.None || row.Day < since {
			continue
		}
		risk, err := atRisk(row)
		if err != nil {
			return c, false, err
		}
		c.Signals, c.MoneyAtRisk = append(c.Signals, signal), moreMoney(c.MoneyAtRisk, risk)
	}
	slices.Sort(c.Signals)
	return c, len(c.Signals) > 0, nil
}

// open counts a task in that waits for somebody. It is as old as the oldest of its alerts.
func (w *WeeklyDigest) open(row *state.TaskRow, began map[string]state.Date) error {
	if row.State == TaskClosed || row.State == TaskDecided {
		return nil
	}
	var t struct {
		Owner        string   `json:"owner"`
		Alerts       []string `json:"alerts"`
		SnoozedUntil dateWire `json:"snoozed_until"`
	}
	if err := json.Unmarshal(row.Body, &t); err != nil {
		return fmt.Errorf("task %s: %w", row.ID, err)
	}
	if state.Date(t.SnoozedUntil) > w.Last {
		return nil
	}
	age := 0
	for _, id := range t.Alerts {
		if since, known := began[id]; known {
			age = max(age, int(w.Last-since))
		}
	}
	w.Open.Count++
	at := slices.IndexFunc(w.Open.Owners, func(o WeeklyOwner) bool { return o.Owner == t.Owner })
	if at < 0 {
		at = len(w.Open.Owners)
		w.Open.Owners = append(w.Open.Owners, WeeklyOwner{Owner: t.Owner, Oldest: -1})
	}
	o := &w.Open.Owners[at]
	o.Count++
	group, _ := slices.BinarySearch(weekAges[:], age)
	o.Ages[group]++
	if age > o.Oldest || age == o.Oldest && row.Customer < o.Of {
		o.Oldest, o.Of = age, row.Customer
	}
	return nil
}

// Decide counts a decision in. Decisions come newest first.
func (d *WeeklyDecisions) Decide(one WeeklyDecision) {
	d.Count++
	at := slices.IndexFunc(d.Codes, func(c WeeklyCode) bool { return c.Code == one.Code })
	if at < 0 {
		at = len(d.Codes)
		d.Codes = append(d.Codes, WeeklyCode{Code: one.Code})
	}
	d.Codes[at].Count++
	slices.SortFunc(d.Codes, func(a, b WeeklyCode) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Code, b.Code))
	})
	if len(d.Last) < digestCases {
		d.Last = append(d.Last, one)
	}
}

func (d *WeeklyDecisions) named(each func(customer *state.CustomerID, name *string)) {
	for i := range d.Last {
		if one := &d.Last[i]; one.Customer != "" {
			each(&one.Customer, &one.Name)
		}
	}
}

// Quiet tells whether there is nothing to say.
func (w *WeeklyDigest) Quiet() bool {
	return w.Info.Count+w.Worst.Count+w.Decided.Count+w.Open.Count == 0
}

// Named calls each with every customer that the digest names, and where his name goes.
func (w *WeeklyDigest) Named(each func(customer state.CustomerID, name *string)) {
	w.named(func(customer *state.CustomerID, name *string) { each(*customer, name) })
}

func (w *WeeklyDigest) named(each func(customer *state.CustomerID, name *string)) {
	w.Info.named(each)
	w.Worst.named(each)
	w.Decided.named(each)
	for i := range w.Open.Owners {
		each(&w.Open.Owners[i].Of, &w.Open.Owners[i].Name)
	}
}

// Unname takes out of it who is erased, as that of a [Digest] does.
func (w *WeeklyDigest) Unname(as func(state.CustomerID) (state.CustomerID, bool)) bool {
	if !unname(w.named, as) {
		return false
	}
	for i := range w.Open.Owners {
		if o := &w.Open.Owners[i]; o.Count == 1 && o.Name == Erased {
			o.Owner = Erased
		}
	}
	w.Seq++
	return true
}
