package alerts

import (
	"encoding/json"
	"fmt"

	"tocsin/detectors"
	"tocsin/state"
)

// The shapes in which a digest is read.
type (
	digestWire struct {
		Version   int              `json:"version"`
		Seq       int64            `json:"seq"`
		MadeAt    instantWire      `json:"made_at"`
		Day       dateWire         `json:"day"`
		Last      dateWire         `json:"last"`
		New       digestNewsWire   `json:"new"`
		Worse     digestNewsWire   `json:"worse"`
		Better    digestNewsWire   `json:"better"`
		Closed    digestNewsWire   `json:"closed"`
		Overdue   digestTasksWire  `json:"tasks_overdue"`
		Today     digestTasksWire  `json:"tasks_due_today"`
		Withheld  int              `json:"withheld"`
		Stale     []staleInputWire `json:"stale"`
		Agenda    digestAgendaWire `json:"agenda"` // nor did it tell this
		Groups    digestGroupsWire `json:"groups"`
		Systemic  []systemicWire   `json:"systemic"` // an earlier program did not tell
		Customers int              `json:"customers"`
		LastEvent instantWire      `json:"last_event"`
	}
	digestNewsWire struct {
		Count  int              `json:"count"`
		AtRisk []moneyWire      `json:"at_risk"`
		Cases  []digestCaseWire `json:"cases"`
	}
	digestCaseWire struct {
		Customer    string    `json:"customer_id"`
		Name        string    `json:"name"`
		Severity    levelWire `json:"severity"`
		Signals     []string  `json:"signals"`
		MoneyAtRisk moneyWire `json:"money_at_risk"`
	}
	digestTasksWire struct {
		Count  int               `json:"count"`
		Owners []digestOwnerWire `json:"owners"`
		More   int               `json:"more_owners"`
	}
	digestOwnerWire struct {
		Owner string           `json:"owner"`
		Count int              `json:"count"`
		Tasks []digestTaskWire `json:"tasks"`
	}
	digestTaskWire struct {
		TaskID      string      `json:"task_id"`
		Customer    string      `json:"customer_id"`
		Name        string      `json:"name"`
		Due         instantWire `json:"due"`
		MoneyAtRisk moneyWire   `json:"money_at_risk"`
	}
	systemicWire struct {
		Day    dateWire `json:"day"`
		Signal string   `json:"signal"`
		Risen  int      `json:"risen"`
		Active int      `json:"active"`
	}
	staleInputWire struct {
		Topic     string   `json:"topic"`
		Partition int32    `json:"partition"`
		Since     dateWire `json:"since"`
	}
)

// ParseDigest reads what AppendJSON wrote.
func ParseDigest(body []byte) (*Digest, error) {
	var w digestWire
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("digest: %w", err)
	}
	if w.Version != digestVersion || w.Day == 0 || w.Seq < 1 {
		return nil, fmt.Errorf("digest of version %d, of %q: %w", w.Version, state.Date(w.Day), errEncoding)
	}
	d := &Digest{
		Day: state.Date(w.Day), Last: state.Date(w.Last), Seq: w.Seq, MadeAt: state.Instant(w.MadeAt),
		New: w.New.news(), Worse: w.Worse.news(), Better: w.Better.news(), Closed: w.Closed.news(), Overdue: w.Overdue.tasks(), Today: w.Today.tasks(),
		Withheld: w.Withheld, Customers: w.Customers, LastEvent: state.Instant(w.LastEvent), Agenda: w.Agenda.agenda(), Groups: w.Groups.groups(),
	}
	for _, s := range w.Stale {
		d.Stale = append(d.Stale, state.StaleInput{Topic: s.Topic, Partition: s.Partition, Since: state.Date(s.Since)})
	}
	for _, y := range w.Systemic {
		d.Systemic = append(d.Systemic, y.systemic())
	}
	return d, nil
}

func (w *digestNewsWire) news() DigestNews {
	n := DigestNews{Count: w.Count}
	for _, m := range w.AtRisk {
		n.AtRisk = append(n.AtRisk, state.Money(m))
	}
	for i := range w.Cases {
		c := &w.Cases[i]
		n.Cases = append(n.Cases, DigestCase{state.CustomerID(c.Customer), c.Name, detectors.Level(c.Severity), c.Signals, state.Money(c.MoneyAtRisk)})
	}
	return n
}

func (w *digestTasksWire) tasks() DigestTasks {
	t := DigestTasks{Count: w.Count, More: w.More}
	for i := range w.Owners {
		o := DigestOwner{Owner: w.Owners[i].Owner, Count: w.Owners[i].Count}
		for _, k := range w.Owners[i].Tasks {
			o.Tasks = append(o.Tasks, DigestTask{k.TaskID, state.CustomerID(k.Customer), k.Name, state.Instant(k.Due), state.Money(k.MoneyAtRisk)})
		}
		t.Owners = append(t.Owners, o)
	}
	return t
}

func (y *systemicWire) systemic() state.Systemic {
	return state.Systemic{Day: state.Date(y.Day), Signal: y.Signal, Risen: y.Risen, Active: y.Active}
}
