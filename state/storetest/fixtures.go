package storetest

import (
	"fmt"
	"math"

	"tocsin/state"
)

// What the tests are about: one ledger, two partitions, two parties in a register.
var (
	today  = state.Day{Date: 20_000, Config: "sha256:first"}
	acme   = state.Identifier{Scheme: "reg", Value: "01234567", Country: "GB"}
	globex = state.Identifier{Scheme: "lei", Value: "5299000000000000XX00"}
)

const (
	orders                  = "credit.orders.v1"
	endOfTime state.Date    = math.MaxInt32
	noon      state.Instant = 1_727_956_800_000_000_000 // on the first day
)

// entry is a customer's journal row on the first day.
func entry(customer state.CustomerID, seq uint64) state.Entry {
	return state.Entry{Customer: customer, Seq: seq, Day: today.Date, Config: today.Config,
		Applied: fmt.Appendf(nil, "applied to %s at %d", customer, seq)}
}

// step is a commit of the first day that appends rows and does nothing else.
func step(entries ...state.Entry) *state.Commit {
	return &state.Commit{Day: today, At: noon, Entries: entries}
}

func alert(id string, seq int64, customer state.CustomerID) state.AlertRow {
	return state.AlertRow{ID: id, Seq: seq, Customer: customer, RuleSet: "live", Signal: "overdue", Day: today.Date,
		KnownAt: noon, From: 0, To: 2, Body: fmt.Appendf(nil, `{"alert_id":%q,"seq":%d}`, id, seq)}
}

func task(id string, seq int64, customer state.CustomerID) state.TaskRow {
	return state.TaskRow{ID: id, Seq: seq, Customer: customer, State: "open", Body: fmt.Appendf(nil, `{"task_id":%q,"seq":%d}`, id, seq)}
}

// message is due at noon.
func message(customer state.CustomerID, seq int64) state.Message {
	return state.Message{ID: fmt.Sprintf("m-%s-%d", customer, seq), Case: caseOf(customer), Seq: seq, Customer: customer,
		DueAt: noon, Body: fmt.Appendf(nil, `{"case":%q,"seq":%d}`, customer, seq)}
}

func held(m state.Message) state.Message {
	m.Held = true
	return m
}

func dueAt(m state.Message, at state.Instant) state.Message {
	m.DueAt = at
	return m
}

func deadLetter(partition int32, offset int64) state.DeadLetter {
	return state.DeadLetter{Topic: orders, Partition: partition, Offset: offset, Timestamp: noon - 1,
		Key: []byte("C-1"), Value: []byte(`{"specversion":`), Headers: []state.Header{{Key: "trace", Value: []byte{1}}},
		Code: "json", Detail: ": unexpected end"}
}

// registryEvent is one that names a party.
func registryEvent(party state.Identifier, subject string, knownAt state.Instant) state.Event {
	return state.Event{
		Kind:    state.KindRegistry,
		Stamp:   state.Stamp{Revision: 1, Time: knownAt - 5, ID: "R-" + subject, Source: "urn:registry"},
		KnownAt: knownAt,
		Body: &state.RegistryFact{Registry: "gb-gazette", Identifier: party, Type: "winding_up_petition", SubjectID: subject,
			Effective: today.Date, Status: state.RegistryActive},
	}
}

// everything is a commit that has every part. It is the nth of its kind: customer C-n, a partition that stands where the
// one before left it, an identifier that gains the customer; version is that of the identifier's row.
func everything(n int, epoch, version int64) *state.Commit {
	customer := state.CustomerID(fmt.Sprintf("C-%d", n))
	id := string(customer)
	from, to := int64(n*10), int64(n*10+10)
	if n == 0 {
		from = -1
	}
	return &state.Commit{
		Day:         today,
		Request:     "request-" + id,
		At:          noon,
		FirstLimit:  true,
		Positions:   []state.Advance{{Topic: orders, Epoch: epoch, From: from, To: to}},
		Rates:       []state.RateRow{rate("EUR", "USD", int64(n+1), "1.0837")},
		Identifiers: []state.Identity{{Key: globex, Version: version, Customers: customersUpTo(n)}},
		Entries:     []state.Entry{entry(customer, 1), entry(customer+"b", 1)},
		Affiliates:  []state.AffiliateRow{affiliate(customer, 1, customer+"b", 7), affiliate(customer+"b", 1, "", math.MaxUint64)},
		Snapshots:   []state.Snapshot{{Customer: customer, Seq: 1, Body: []byte("snapshot of " + id)}},
		Ticks:       []state.Alarm{{Day: today.Date, Customer: "tick-" + customer}},
		Alarms:      []state.Alarm{{Day: today.Date + 9, Customer: customer}},
		Alerts:      []state.AlertRow{alert("A-"+id, 1, customer), alert("A-"+id, 2, customer)},
		Tasks:       []state.TaskRow{task("T-"+id, 1, customer)},
		Wishes:      []state.WishRow{{Customer: customer, Body: []byte("wish about " + customer)}},
		Messages:    []state.Message{message(customer, 1), held(message(customer+"b", 1))},
		DeadLetters: []state.DeadLetter{deadLetter(0, to-3)},
		Redrives:    []state.Redrive{{Topic: orders, Offset: to - 3, At: noon, By: "l.wei", Outcome: "accepted"}},
		Scores:      []state.Score{scored("urn:a", int64(n))},
	}
}

func customersUpTo(n int) (ids []state.CustomerID) {
	for i := range n + 1 {
		ids = append(ids, state.CustomerID(fmt.Sprintf("C-%d", i)))
	}
	return ids
}

// ready opens the store, acquires the partition and sets the alarms that everything ticks. It returns the epoch.
func (t *trial) ready() (epoch int64) {
	t.Helper()
	t.open()
	epoch = t.acquire(0).Epoch
	t.commit(&state.Commit{Day: today, Alarms: []state.Alarm{{Day: today.Date, Customer: "tick-C-0"}, {Day: today.Date, Customer: "tick-C-1"}}})
	return epoch
}

// acquire takes a partition of the orders.
func (t *trial) acquire(partition int32) state.Position {
	t.Helper()
	p, err := t.store.Acquire(t.Context(), []state.Position{{Topic: orders, Partition: partition, Cluster: "k-1", TopicID: "t-1"}})
	t.must(err)
	return p[0]
}

// identity is an identifier's row.
func (t *trial) identity(key state.Identifier) state.Identity {
	t.Helper()
	rows, err := t.store.Identities(t.Context(), []state.Identifier{key})
	t.must(err)
	return rows[0]
}
