package state

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// Errors of a commit. Each but ErrUnknown leaves the store as it was, and so does every error that is none of them.
var (
	// ErrConflict: a journal row of that customer and seq is already there. Someone was first: load again, step again.
	ErrConflict = errors.New("someone else stepped this customer first")
	// ErrFenced: a position is not where the batch began, or belongs to a later epoch. Resign.
	ErrFenced = errors.New("partition position moved or taken over")
	// ErrDayClosed: the open day, the configuration version, who is erased or quarantined or the life of the database's server is
	// not what the step was computed for. A server that was started anew may have lost commits that the record in memory holds.
	ErrDayClosed = errors.New("the open day has moved on")
	// ErrStale: an identifier's row, or what stood of an exchange rate, is not what the step was computed from.
	ErrStale = errors.New("an identifier or an exchange rate is not what it was")
	// ErrRepeated: the request id is known, so this commit has landed before. It goes before every other refusal.
	ErrRepeated = errors.New("this request has been committed before")
	// ErrNotIdle: a day cannot close while an alarm of it is due.
	ErrNotIdle = errors.New("the day still has work")
	// ErrUnknown: COMMIT was sent and its answer is lost. The transaction is in the store as a whole or not at all. Read
	// the positions: at To under the same epoch it has landed, at From it may be tried again, anything else means resign.
	// A commit without positions is tried again under the same request id: ErrRepeated means that it had landed.
	ErrUnknown = errors.New("the outcome of the commit is not known")
	// ErrCaseGone: there is no such case any more, since somebody was erased meanwhile; what it shows is to be taken back.
	ErrCaseGone = errors.New("the case is not there any more")
	// ErrUnavailable: the store does not answer, or not in time; nothing was written. A database that has failed over may
	// come back without its last commits: drop what is kept of the store, wait a little, and read it again.
	ErrUnavailable = errors.New("the store is not available")
)

// Store keeps the journal, positions, alerts, tasks and owed messages. Its one writing method for customers is Commit,
// which is all or nothing.
type Store interface {
	Journal
	Positions
	Identifiers
	ExchangeRates
	Groups
	Forgetting
	Parking
	Outbox
	Systemics
	Clocks
	Scores
	Publications
	Leases
	Redrives
	Gaps
	Audits
	Readers
	Pages
	Close() error
}

// Journal is the truth: one row per customer and commit.
type Journal interface {
	// Day is the open day; found is false in a new store.
	Day(ctx context.Context) (day Day, found bool, err error)
	// OpenStore opens the first day of a new store, and adds to the audit who has done so; a second call is ErrConflict.
	OpenStore(ctx context.Context, day Day, audit ...AuditRow) error
	// Load returns the history of each known customer among ids, by customer: the newest snapshot and the rows after it by
	// seq. All are read at one moment. Whether rows are missing is for the caller to ask: see [History.Check].
	Load(ctx context.Context, ids []CustomerID) ([]History, error)
	// LastRows are the seqs of customers' last rows; who has none is not among them.
	LastRows(ctx context.Context, ids []CustomerID) (map[CustomerID]uint64, error)
	// Commit does all of c in one transaction, or nothing. It fails with one of the errors above; a commit that
	// [Commit.Check] refuses, and an alert, task, message or dead letter whose key is taken, are errors of their own: the
	// program is wrong, trying again does not help.
	Commit(ctx context.Context, c *Commit) error
	// Landed tells whether a commit has landed under a request id, as long as that is remembered.
	Landed(ctx context.Context, request string) (bool, error)
	// DueAlarms lists up to limit alarms with Day ≤ day, by (Day, Customer). Their Seq is 0: whoever steps the customer
	// knows it. Which of very many come first is the store's matter.
	DueAlarms(ctx context.Context, day Date, limit int) ([]Alarm, error)
	// CloseDay moves the open day on. It fails with ErrDayClosed when the day and configuration are not From's any more,
	// with ErrNotIdle while an alarm of the day is due, with ErrFenced when a position is not where the caller saw it.
	//
	// When the day is the one on which the first base limit became known, every customer's alarm is set to the next day:
	// from then on limits are missed. So it is where an input is complete again: see [DayClose.Freed]. And so is the alarm of
	// whoever becomes core with it or is core no more, and of whoever is among [DayClose.Turned].
	//
	// A store that an earlier program may still work on keeps no stale inputs: that program would not let a signal wait. Nor does it
	// keep common causes: to that program they would excuse nobody.
	CloseDay(ctx context.Context, c *DayClose) error
	// Reconfigure makes version the configuration of the open day, keeps its text, and sets every customer's alarm to
	// the open day, so that all are judged by it, and adds to the audit who has done so. For the version in force it only keeps the
	// text.
	Reconfigure(ctx context.Context, version string, text []byte, audit ...AuditRow) error
	// Core are the core customers of a day that is or was open, sorted: what [DayClose.Core] was for it.
	Core(ctx context.Context, day Date) ([]CustomerID, error)
	// StaleInputs are those of all days so far, by day: what [DayClose.Stale] was for it. A day that is not among them was opened
	// with every input complete.
	StaleInputs(ctx context.Context) (map[Date][]StaleInput, error)
	// Disputants are the customers of whom a commit has said that they may have a part in a common cause at the close of a day, sorted.
	Disputants(ctx context.Context, day Date) ([]CustomerID, error)
	// Configuration is the text kept for version.
	Configuration(ctx context.Context, version string) ([]byte, error)
}

// Day is the open business day and all that its steps read besides record and event. It is fixed while the day is open,
// but for FirstLimit, which steps compare with earlier days only.
type Day struct {
	Date       Date
	Config     string      // configuration version in force
	FirstLimit Date        // open day on which the store's first base limit was known; zero: none yet
	Rates      *Rates      // exchange rates: all that were known before; not kept with the day but as rows of their own
	Names      *Pseudonyms // under which those stand who are erased; nil: nobody is. Not kept with the day either
	Affiliates *Affiliates // corporate groups: all that is known, of which what was known before is in force. Rows of their own, too
	Server     string      // which life of the database's server told the day; empty: nobody asks. See ErrDayClosed

	// Erased is how many customers are erased, as far as the steps know: who does not know of one could bring him back. It counts
	// up with a [Rewrite] of the day.
	Erased int

	// Quarantined counts up with each customer who is quarantined or released, as far as the steps know: see [Quarantine].
	Quarantined int

	// Core are the core customers as of the close before, sorted; empty where no verdict rests on that, for then nobody looks.
	Core []CustomerID

	// Causes are the common causes in force; kept not with the day but as rows of their own.
	Causes Causes

	// Stale are the inputs without which the day was opened, by [StaleInput.Compare]; empty on most days.
	Stale []StaleInput
}

// History is what a store has of one customer: the newest snapshot (nil: none) and the journal rows after it.
type History struct {
	Customer    CustomerID
	Snapshot    []byte
	SnapshotSeq uint64 // the row up to which the snapshot folds; 0: no snapshot
	Rows        []Entry
}

// Check returns a [*GapError] where a row is missing between the snapshot and the last row. The fold of such a history is
// not the customer's record: quarantine it loudly.
func (h *History) Check() error {
	want := h.SnapshotSeq + 1
	for i := range h.Rows {
		if got := h.Rows[i].Seq; got != want {
			return &GapError{Customer: h.Customer, Want: want, Got: got}
		}
		want++
	}
	return nil
}

// Last is the last row.
func (h *History) Last() uint64 {
	if n := len(h.Rows); n > 0 {
		return h.Rows[n-1].Seq
	}
	return h.SnapshotSeq
}

// GapError tells of a journal row that is not there.
type GapError struct {
	Customer  CustomerID
	Want, Got uint64 // the row that had to come, and the one that came
}

func (e *GapError) Error() string {
	return fmt.Sprintf("journal of customer %s: row %d is missing, found row %d", e.Customer, e.Want, e.Got)
}

// Entry is one journal row: what was applied to a customer in one commit.
type Entry struct {
	Customer CustomerID
	Seq      uint64
	Day      Date
	Config   string
	Applied  []byte // an encoded Applied
}

// Applied is what a journal row holds: the cause of a step.
type Applied struct {
	KnownAt  Instant // the latest of the events; for an alarm the first instant of the day, or when what it judges was known
	Events   []Event
	Estates  [][]byte // of others who have been merged into the customer: see [Customer.Estates]
	Decision []byte   // what a person decided: alerts' own encoding
	Unjudged bool     // the step took the events in and judged nothing: see Record.Unjudged
}

// Proof is what a step was computed from that appends no row, whose key would prove it: the customer's last row, 0 for none. That it
// is another one is ErrConflict. What changes nothing of a record may change the one that somebody else has left meanwhile.
type Proof struct {
	Customer CustomerID
	Seq      uint64
}

// Snapshot is a cache of the fold of a customer's journal up to Seq.
type Snapshot struct {
	Customer CustomerID
	Seq      uint64
	Body     []byte
}

// Commit is one batch of steps with all its consequences.
type Commit struct {
	Day         Day            // what the steps were computed for: Date and Config must still be in force
	Request     string         // names a commit without positions, so that a repeat is recognised for 90 days; else empty
	At          Instant        // the store's clock: kept with messages and dead letters
	FirstLimit  bool           // a base limit was accepted: sets the day's FirstLimit if there is none yet
	Affiliates  []AffiliateRow // what entries tell of corporate groups, sorted by customer and seq
	Positions   []Advance      // sorted by topic and partition
	Rates       []RateRow      // what has become known of exchange rates, sorted by [RateRow.Compare]; a key that is taken is ErrStale
	Identifiers []Identity     // identifier rows the steps were computed from, each once; Version as read, the new content
	Rewrites    []Rewrite      // of journals, because somebody is erased; each customer once
	Rewording   *Rewording     // of summaries, because somebody is erased; nil: nobody is
	Redacted    []DeadLetter   // refused records that named somebody who is erased: each replaces the one of its place
	Searched    int            // how many refused records were searched for who is erased
	Quarantines []Quarantine   // whose steps panic: from now on what comes of them is parked
	Parked      []Parked       // instead of entries, in their order
	Releases    []Release      // what is parked no longer; each customer once
	Entries     []Entry        // sorted by customer and seq, all of Day and its configuration
	Proofs      []Proof        // of steps that append none
	Snapshots   []Snapshot     // each replaces an older one
	Ticks       []Alarm        // alarms that were stepped and go; of later days than the one that set them only those that DueAlarms has listed
	Alarms      []Alarm        // alarms to keep; one that is there already is left
	Disputants  []Disputant    // each customer once, sorted; of what a store holds of one, the latest day stays
	Alerts      []AlertRow     // transitions
	Tasks       []TaskRow      // task changes
	Clocks      []Clock        // that tasks set or stop, each customer once, sorted
	Wishes      []WishRow      // owed to the system that keeps the orders
	Messages    []Message      // owed
	DeadLetters []DeadLetter
	Scores      []Score    // of the sources of what Positions move over, by source
	Redrives    []Redrive  // refused records that the steps apply after all; a place that is taken is ErrRepeated
	Audit       []AuditRow // deeds that the commit does, of its At: added to the chain in this order
}

// Check refuses what no caller may ask for: positions or entries that are not sorted (so that two commits could block each
// other), a position that goes back, an identifier twice, a row of another day or configuration than the commit's.
func (c *Commit) Check() error {
	for i, p := range c.Positions {
		if p.To < p.From {
			return fmt.Errorf("commit: %s/%d goes back from %d to %d", p.Topic, p.Partition, p.From, p.To)
		}
		if i > 0 && c.Positions[i-1].compare(p) >= 0 {
			return fmt.Errorf("commit: position %s/%d is out of order", p.Topic, p.Partition)
		}
	}
	for i := range c.Rates {
		r := &c.Rates[i]
		if r.Seq < 1 || r.Known != c.Day.Date || r.Event.Kind != KindRate {
			return fmt.Errorf("commit: row %d of an exchange rate is known on %v, kind of event %d", r.Seq, r.Known, r.Event.Kind)
		}
		if i > 0 && c.Rates[i-1].Compare(r) >= 0 {
			return fmt.Errorf("commit: exchange rate %s, row %d, is out of order", r.Event.Body.Key(), r.Seq)
		}
	}
	for i := range c.Rewrites {
		if err := c.Rewrites[i].check(); err != nil {
			return err
		}
	}
	if err := c.checkParked(); err != nil {
		return err
	}
	for i := range c.Affiliates {
		a := &c.Affiliates[i]
		if a.Seq == 0 || a.Known != c.Day.Date || i > 0 && c.Affiliates[i-1].compare(a) >= 0 {
			return fmt.Errorf("commit: group of customer %s, row %d, is known on %v, or out of order", a.Customer, a.Seq, a.Known)
		}
	}
	for i := 1; i < len(c.Disputants); i++ {
		if c.Disputants[i-1].Customer >= c.Disputants[i].Customer {
			return fmt.Errorf("commit: disputant %s is out of order", c.Disputants[i].Customer)
		}
	}
	if err := c.checkClocks(); err != nil {
		return err
	}
	if err := c.checkScores(); err != nil {
		return err
	}
	if err := CheckAudit(c.Audit); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	for i := range c.Audit {
		if a := &c.Audit[i]; a.At != c.At {
			return fmt.Errorf("commit: %s is of %v and not of the commit's %v", a.Deed, a.At, c.At)
		}
	}
	seen := make(map[Identifier]bool, len(c.Identifiers))
	for _, id := range c.Identifiers {
		if seen[id.Key] {
			return fmt.Errorf("commit: identifier %v comes twice", id.Key)
		}
		seen[id.Key] = true
	}
	for i := range c.Entries {
		e := &c.Entries[i]
		if e.Seq == 0 || e.Day != c.Day.Date || e.Config != c.Day.Config {
			return fmt.Errorf("commit: row %d of customer %s is of day %v, configuration %q", e.Seq, e.Customer, e.Day, e.Config)
		}
		if i > 0 && c.Entries[i-1].compare(e) >= 0 {
			return fmt.Errorf("commit: row %d of customer %s is out of order", e.Seq, e.Customer)
		}
	}
	return nil
}

func (a Advance) compare(b Advance) int {
	return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
}

func (e *Entry) compare(f *Entry) int {
	return cmp.Or(cmp.Compare(e.Customer, f.Customer), cmp.Compare(e.Seq, f.Seq))
}

// Advance moves a partition's position from From to To under Epoch.
type Advance struct {
	Topic     string
	Partition int32
	Epoch     int64
	From, To  int64
}

// Alarm is a due date of a customer: the earliest day on which a verdict could change without an event. A stale one
// steps the customer and changes nothing.
//
// Seq counts in ticks only: the row that the stepped record is the fold of. A step that changes nothing appends nothing,
// so nothing else proves that its record was current: if the customer's last row is another one, the alarm stays. Where
// the same commit appends the customer's next row, that row's key is the proof and Seq is not asked.
type Alarm struct {
	Day      Date
	Customer CustomerID
	Seq      uint64
}

// AlertRow is one transition: (ID, Seq) is its key. Body is the alert record of the contract as JSON.
type AlertRow struct {
	ID       string
	Seq      int64
	Customer CustomerID
	RuleSet  string
	Signal   string
	Day      Date
	KnownAt  Instant
	From, To uint8
	Body     []byte
}

// TaskRow is one change of a review task: (ID, Seq) is its key. Body is the task record of the contract as JSON.
type TaskRow struct {
	ID       string
	Seq      int64
	Customer CustomerID
	State    string
	Body     []byte
}

// WishRow is a wish that orders be held or let go, on its way to a topic: it is kept until that has it. Body is the wish of the contract as
// JSON. Who is erased wishes nothing any more.
type WishRow struct {
	Customer CustomerID
	Body     []byte
}

// DeadLetter is a refused record as it came.
type DeadLetter struct {
	Topic      string
	Partition  int32
	Offset     int64
	Timestamp  Instant
	Key, Value []byte
	Headers    []Header
	Code       string
	Detail     string // JSON Pointer and message
}

// Header is a Kafka record header.
type Header struct {
	Key   string
	Value []byte
}

// DayClose ends the open day and opens the next.
type DayClose struct {
	From      Day
	Next      Date
	Core      []CustomerID // of Next, sorted
	Turned    []CustomerID // whose corporate group, or a name in it, is another one on Next; sorted
	Causes    []string     // batches that are common causes from Next on, besides those that are, sorted
	Stale     []StaleInput // of Next, by [StaleInput.Compare]
	Systemic  []Systemic   // of From, by signal; nobody has let them go
	Alerts    []AlertRow   // what tells of them, of the portfolio
	Positions []Advance    // From is where each partition must stand; Epoch and To are ignored
	Passing   []string     // cases of which nobody asks what was told before: of their messages that are settled the newest stays
	Figures   *Figures     // as of the close, for a store that is a ReadModel; nil: none are written
}

// Positions are the next offset of each source partition.
type Positions interface {
	// Acquire makes the caller the owner of the partitions: it counts each epoch up and returns where each stands, as they
	// were asked for. A partition never seen before stands at -1. Cluster and TopicID come back as first told: a caller
	// that sees another cluster or topic pauses the partition.
	Acquire(ctx context.Context, partitions []Position) ([]Position, error)
	// AllPositions lists every partition the store knows, by topic and partition.
	AllPositions(ctx context.Context) ([]Position, error)
	// KeepFronts tells everybody the Front of partitions that are the caller's. Of one that does not stand at Next under
	// Epoch nothing is kept. It is no commit: told twice it is the same, and not told it only keeps others waiting.
	KeepFronts(ctx context.Context, partitions []Position) error
}

// Position is where a partition stands.
type Position struct {
	Topic     string
	Partition int32
	Next      int64 // next offset to apply; -1: none yet
	Epoch     int64
	Cluster   string // identity of the Kafka cluster; a mismatch pauses the partition
	TopicID   string // identity of the topic

	// Front is the ledger date of the record that the partition stands before, as its owner has told since it stands there:
	// nothing of an earlier day can come from it. Zero: not told.
	Front Date
}

// Identifiers relate registry identifiers to the customers whose profile named them and the events known of them.
type Identifiers interface {
	// Identities returns a row for each key in their order, an empty one with Version 0 where nothing is known.
	Identities(ctx context.Context, keys []Identifier) ([]Identity, error)
	// ForgetUnmatched drops events of identifiers that no customer ever named, known before the instant.
	ForgetUnmatched(ctx context.Context, before Instant) error
}

// Identity is the row of one identifier. It only grows: which of its events concern a customer is decided by the
// customer's own profile.
type Identity struct {
	Key       Identifier
	Version   int64        // the one the step was computed from; a commit that changes the row gives it one never used before
	Customers []CustomerID // every customer whose profile ever named it, sorted
	Events    []Event      // registry events known of it, in order of arrival
}

// ExchangeRates are insert-only rows: of each register (base, quote, rate_date) those that displaced each other.
type ExchangeRates interface {
	// Rates lists the rows known on an open day or later, by [RateRow.Compare].
	Rates(ctx context.Context, since Date) ([]RateRow, error)
}

// Groups are insert-only rows: what profiles tell of corporate groups. They go with the entries that tell it.
type Groups interface {
	// Affiliates lists the rows of all customers of whom any row ever named a parent, or whom one named, by (customer, seq).
	Affiliates(ctx context.Context) ([]AffiliateRow, error)
}

// Readers serve people and tests.
type Readers interface {
	Alerts(ctx context.Context, customer CustomerID) ([]AlertRow, error) // all when customer is empty; by known_at, customer, signal
	// AlertsMoved lists, in the order of Alerts, all transitions of those customers of whose alerts one has changed on a day from first to last.
	AlertsMoved(ctx context.Context, first, last Date) ([]AlertRow, error)
	Tasks(ctx context.Context) ([]TaskRow, error)                   // the newest row of each task, by customer
	Customers(ctx context.Context) ([]CustomerID, error)            // every customer with a history, sorted
	Rows(ctx context.Context, customer CustomerID) ([]Entry, error) // a customer's whole journal, by seq
	DeadLetterCount(ctx context.Context) (int, error)
	DeadLetters(ctx context.Context, limit int) ([]DeadLetter, error) // as they were committed
}

// LimitsKnown tells whether the store knew a base limit before this day. A ledger without limits is not told of each
// customer who has none.
func (d Day) LimitsKnown() bool { return d.FirstLimit != 0 && d.FirstLimit < d.Date }

// IsCore tells whether a customer is core on this day.
func (d *Day) IsCore(customer CustomerID) bool {
	_, is := slices.BinarySearch(d.Core, customer)
	return is
}

// Reclassed are the customers who are core on only one of this day and the next, or whose group turns with it, sorted.
func (c *DayClose) Reclassed() []CustomerID {
	next := Day{Core: c.Core}
	var all []CustomerID
	for _, id := range c.From.Core {
		if !next.IsCore(id) {
			all = append(all, id)
		}
	}
	for _, id := range c.Core {
		if !c.From.IsCore(id) {
			all = append(all, id)
		}
	}
	all = append(all, c.Turned...)
	slices.Sort(all)
	return slices.Compact(all)
}
