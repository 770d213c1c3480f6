package storetest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"tocsin/state"
)

// Memory is a store in memory: one lock, a few maps, and commits that look first and write afterwards. It is the
// reference that other stores are compared with, and serves tests that need a store without a file. Close keeps what it
// holds.
type Memory struct {
	mu           sync.Mutex
	day          state.Day
	cores        map[state.Date][]state.CustomerID
	affiliates   []state.AffiliateRow
	stale        map[state.Date][]state.StaleInput
	disputants   map[state.CustomerID]state.Date
	erased       map[state.CustomerID]bool // by pseudonym
	quarantined  map[state.CustomerID]state.Quarantine
	parked       []state.Parked
	lastParked   int64                              // ID
	texts        map[string][]byte                  // of configurations
	positions    map[partition]state.Position       // without fronts
	fronts       map[partition]state.Position       // as they were told
	journal      map[state.CustomerID][]state.Entry // by seq
	snapshots    map[state.CustomerID]state.Snapshot
	alarms       map[state.Alarm]bool // their Seq is 0
	requests     map[string]state.Date
	identities   map[state.Identifier]state.Identity
	version      int64           // last one given to an identity
	rates        []state.RateRow // as they came
	alerts       []state.AlertRow
	tasks        []state.TaskRow
	clocks       map[state.CustomerID]state.Clock
	scores       []state.Score // by day and source
	messages     []owedMessage
	receipts     map[address]state.Receipt
	heard        map[heardIn]state.Heard
	systemic     []state.Systemic // by day and signal
	letters      []state.Refused
	gaps         []state.Gap         // by when they were met
	publications []state.Publication // not settled yet
	published    int64               // last id given to a publication
	leases       state.LeaseTable
	audit        []state.AuditRow
	head         state.AuditHead // of audit
	taken        map[string]bool // keys of alerts, tasks, messages and dead letters
}

var _ state.Store = (*Memory)(nil)

type partition struct {
	topic string
	id    int32
}

type address struct{ caseID, channel string }

type owedMessage struct {
	state.Message
	settled bool
	at      state.Instant
	about   state.CustomerID
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{
		cores:       map[state.Date][]state.CustomerID{},
		stale:       map[state.Date][]state.StaleInput{},
		disputants:  map[state.CustomerID]state.Date{},
		erased:      map[state.CustomerID]bool{},
		texts:       map[string][]byte{},
		quarantined: map[state.CustomerID]state.Quarantine{},
		positions:   map[partition]state.Position{},
		fronts:      map[partition]state.Position{},
		clocks:      map[state.CustomerID]state.Clock{},
		journal:     map[state.CustomerID][]state.Entry{},
		snapshots:   map[state.CustomerID]state.Snapshot{},
		alarms:      map[state.Alarm]bool{},
		requests:    map[string]state.Date{},
		identities:  map[state.Identifier]state.Identity{},
		receipts:    map[address]state.Receipt{},
		heard:       map[heardIn]state.Heard{},
		leases:      state.LeaseTable{},
		taken:       map[string]bool{},
	}
}

// Close does nothing: what the store holds can be read on.
func (m *Memory) Close() error { return nil }

// Day is the open day.
func (m *Memory) Day(context.Context) (state.Day, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.day, m.day.Date != 0, nil
}

// OpenStore opens the first day.
func (m *Memory) OpenStore(_ context.Context, day state.Day, audit ...state.AuditRow) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if day.Date == 0 {
		return errors.New("open store: the first day has no date")
	}
	if m.day.Date != 0 {
		return state.ErrConflict
	}
	m.day = day
	m.texts[day.Config] = nil
	m.chain(audit)
	return nil
}

// Load returns the histories of known customers.
func (m *Memory) Load(_ context.Context, ids []state.CustomerID) ([]state.History, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []state.History
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		snapshot, rows := m.snapshots[id], m.journal[id]
		if snapshot.Seq == 0 && len(rows) == 0 {
			continue
		}
		first := slices.IndexFunc(rows, func(e state.Entry) bool { return e.Seq > snapshot.Seq })
		if first < 0 {
			first = len(rows)
		}
		all = append(all, state.History{Customer: id, Snapshot: snapshot.Body, SnapshotSeq: snapshot.Seq, Rows: slices.Clone(rows[first:])})
	}
	return all, nil
}

// DueAlarms lists alarms by day and customer.
func (m *Memory) DueAlarms(_ context.Context, day state.Date, limit int) ([]state.Alarm, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return first(limit, m.dueAlarms(day)), nil
}

func (m *Memory) dueAlarms(day state.Date) []state.Alarm {
	due := slices.DeleteFunc(slices.Collect(maps.Keys(m.alarms)), func(a state.Alarm) bool { return a.Day > day })
	slices.SortFunc(due, func(a, b state.Alarm) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Customer, b.Customer))
	})
	return due
}

// CloseDay moves the open day on.
func (m *Memory) CloseDay(_ context.Context, c *state.DayClose) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c.Next <= c.From.Date {
		return fmt.Errorf("close day %v: the next day %v is not a later one", c.From.Date, c.Next)
	}
	if !m.inForce(c.From) {
		return state.ErrDayClosed
	}
	if len(m.dueAlarms(c.From.Date)) > 0 {
		return state.ErrNotIdle
	}
	for _, p := range c.Positions {
		if m.position(partition{p.Topic, p.Partition}).Next != p.From {
			return state.ErrFenced
		}
	}
	m.dropScores(c.Next - state.ScoreDays)
	m.dropPassing(c.Passing)
	maps.DeleteFunc(m.requests, func(_ string, day state.Date) bool { return day < c.Next-state.RequestDays })
	m.dropWords(state.WordsUntil(c.Next))
	m.day.Date, m.day.Core = c.Next, slices.Clone(c.Core)
	m.cores[c.Next] = m.day.Core
	if m.day.Stale = slices.Clone(c.Stale); len(c.Stale) > 0 {
		m.stale[c.Next] = m.day.Stale
	}
	m.day.Causes = m.day.Causes.With(c.Causes, c.Next)
	m.keepSystemic(c)
	maps.DeleteFunc(m.disputants, func(_ state.CustomerID, until state.Date) bool { return until < c.Next })
	for _, id := range c.Reclassed() {
		m.alarms[state.Alarm{Day: c.Next, Customer: id}] = true
	}
	if m.day.FirstLimit == c.From.Date || c.Freed() != 0 {
		m.alarmEverybody()
	}
	return nil
}

// Core are the core customers of a day.
func (m *Memory) Core(_ context.Context, day state.Date) ([]state.CustomerID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.cores[day]), nil
}

// Disputants may have a part in a common cause at the close of a day.
func (m *Memory) Disputants(_ context.Context, day state.Date) (ids []state.CustomerID, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(m.disputants)) {
		if m.disputants[id] >= day {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// StaleInputs are those of all days so far.
func (m *Memory) StaleInputs(context.Context) (map[state.Date][]state.StaleInput, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.stale), nil
}

// alarmEverybody has every customer judged on the open day.
func (m *Memory) alarmEverybody() {
	for _, id := range m.customers() {
		m.alarms[state.Alarm{Day: m.day.Date, Customer: id}] = true
	}
}

func (m *Memory) inForce(day state.Day) bool {
	return m.day.Date != 0 && m.day.Date == day.Date && m.day.Config == day.Config && m.day.Erased == day.Erased &&
		m.day.Quarantined == day.Quarantined
}

// Reconfigure changes the configuration of the open day.
func (m *Memory) Reconfigure(_ context.Context, version string, text []byte, audit ...state.AuditRow) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.day.Date == 0 {
		return fmt.Errorf("configuration %q: no day is open", version)
	}
	m.texts[version] = bytes.Clone(text)
	if version == m.day.Config {
		return nil
	}
	m.day.Config = version
	m.alarmEverybody()
	m.chain(audit)
	return nil
}

// Configuration is the text of a version.
func (m *Memory) Configuration(_ context.Context, version string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	text, found := m.texts[version]
	if !found {
		return nil, fmt.Errorf("configuration %q is not in the store", version)
	}
	return text, nil
}

// Acquire counts epochs up.
func (m *Memory) Acquire(_ context.Context, partitions []state.Position) ([]state.Position, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	acquired := make([]state.Position, len(partitions))
	for i, asked := range partitions {
		key := partition{asked.Topic, asked.Partition}
		p := m.position(key)
		p.Epoch++
		p.Cluster = cmp.Or(p.Cluster, asked.Cluster)
		p.TopicID = cmp.Or(p.TopicID, asked.TopicID)
		m.positions[key], acquired[i] = p, p
	}
	return acquired, nil
}

// position is where a partition stands; -1 where nobody has seen it.
func (m *Memory) position(key partition) state.Position {
	if p, found := m.positions[key]; found {
		return p
	}
	return state.Position{Topic: key.topic, Partition: key.id, Next: -1}
}

// AllPositions lists positions by topic and partition.
func (m *Memory) AllPositions(context.Context) ([]state.Position, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.SortedFunc(maps.Values(m.positions), func(a, b state.Position) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	for i := range all {
		if told := m.fronts[partition{all[i].Topic, all[i].Partition}]; told.Next == all[i].Next && told.Epoch == all[i].Epoch {
			all[i].Front = told.Front
		}
	}
	return all, nil
}

// KeepFronts keeps what partitions stand before.
func (m *Memory) KeepFronts(_ context.Context, partitions []state.Position) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, told := range partitions {
		key := partition{told.Topic, told.Partition}
		if stands, found := m.positions[key]; found && stands.Next == told.Next && stands.Epoch == told.Epoch {
			m.fronts[key] = told
		}
	}
	return nil
}

// Identities returns the rows of identifiers.
func (m *Memory) Identities(_ context.Context, keys []state.Identifier) ([]state.Identity, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows := make([]state.Identity, len(keys))
	for i, key := range keys {
		rows[i] = m.identities[key]
		rows[i].Key = key
		rows[i].Customers, rows[i].Events = slices.Clone(rows[i].Customers), slices.Clone(rows[i].Events)
	}
	return rows, nil
}

// Identified lists the rows of identifiers that a customer is in.
func (m *Memory) Identified(_ context.Context, customer state.CustomerID) (rows []state.Identity, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, row := range m.identities {
		if slices.Contains(row.Customers, customer) {
			row.Customers, row.Events = slices.Clone(row.Customers), slices.Clone(row.Events)
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// ForgetUnmatched drops old events of identifiers without customers.
func (m *Memory) ForgetUnmatched(_ context.Context, before state.Instant) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	old := func(e state.Event) bool { return e.KnownAt < before }
	for key, id := range m.identities {
		if len(id.Customers) > 0 || !slices.ContainsFunc(id.Events, old) {
			continue
		}
		id.Events = slices.DeleteFunc(slices.Clone(id.Events), old)
		if len(id.Events) == 0 {
			delete(m.identities, key)
			continue
		}
		m.version++
		id.Version = m.version
		m.identities[key] = id
	}
	return nil
}

// first is up to limit of the rows.
func first[T any](limit int, rows []T) []T { return rows[:min(limit, len(rows))] }
