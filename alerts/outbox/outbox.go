// Package outbox delivers owed messages: of each case the newest, in one message for each channel that is posted once and then edited. The summary of
// many cases is to it a case of its own, of which there is mostly one state.
//
// It owns nothing. What is owed and what was delivered is in the store; what people see is at the receiver; a running
// Outbox remembers only whom to leave alone for how long. It may die between any two lines, and the next one goes on.
//
// # The crash story
//
// Receivers have no idempotency key for a post, so it is surrounded by two writes:
//
//	store the receipt with Attempt    died before: nothing has happened
//	post                              died here:   the message may be there or not
//	store the receipt with Timestamp  died after:  delivered
//
// A receipt with an Attempt is therefore a doubt. It is settled by reading: the message carries its case's id where only
// programs see it, and whoever finds an Attempt looks for that before posting again. It waits Pace.Doubt first, as a request
// may still be on its way.
//
// An edit may be done twice, but before it the receipt loses its Body: what the message shows is not known until the edit is
// known to be done. Else a case that went and came back would be taken for one that never went, and nobody would be told.
//
// # Several instances
//
// One process at a time delivers: who has the lease. It is asked for before each pass, and again right before each post and edit, when
// what comes before the call is stored; receipts are stored under it. So a process that was frozen, and wakes
// when somebody else delivers, neither tells people anything nor overwrites what the other has noted. If it froze before the
// call, its attempt is a doubt as after a crash, and the other reads before it posts.
//
// What stays possible is a process that freezes between that last look and the bytes of its request, for longer than
// Pace.Doubt and a term; a post that its receiver carries out later than Pace.Doubt after it was sent; or a receiver that
// does not show yet what it has taken. Of a double made so no receipt tells.
//
// # Doubles
//
// Who finds out after a post that the lease is gone takes back what he has posted, if the case has its message. And a minute after the
// start and after a post, and now and then, what a channel shows is listed and compared with the receipts: a message of which none tells, though one tells of
// another of its case, is removed. Before that it is made sure that the other one is there; if it is not, the double takes its place. What people
// have written under a double is not taken from them: it stays, and says where the case goes on. Two stores must not send to one channel as one
// app: what one has posted is to the other a double.
//
// # Channels
//
// A message is settled by the last of the channels in which its case has to stand; what was done in the others is known by their
// receipts, so whoever dies in between leaves nothing undone and does nothing twice. A case that has to stand elsewhere than
// before is posted there first. Only then does the old message say where the case goes on; until then it shows the case. When the case
// closes, it closes wherever people have read of it. A channel in which nothing gets through keeps no other one waiting.
//
// # Threads
//
// Where messages have threads, what has changed since the thread was told last is added to it, once, after the message shows it. A thread
// has a receipt of its own, with what it has told and what it is about to: its attempt is a doubt that is settled by reading, as that of a
// post. So states that nobody was told of make one entry. Only what is grave is heard in the whole channel, and that not more than
// three times a day of one customer; the rest reaches who follows the thread. Beside an insolvency nothing else is grave.
//
// What a person tells of a customer is a message of its own, whose place is the threads of the customer's case: it is posted there between
// the same two writes, once, and waits for the case's message where that is not there yet. Where somebody asks for a limit of who has no case, it is
// posted where a case of his would be, and edited when he is answered.
//
// # Quiet hours
//
// Outside of Awake only what is urgent is posted, or told in a thread; the rest waits, and goes out then as the newest state of its case, once. An edit
// wakes nobody, so what people have before them is true at night as well. What waits for the morning is put off in the store, and looked at
// anew by whoever takes the lease, who may have other quiet hours.
//
// # Budgets and floods
//
// Who has been told of Budget new messages in a day is told of no more: the rest waits for the next day, and goes out then as it stands. Of one
// customer a whole channel hears three times a day. What is critical, and the gravest news of registers, goes out in any case. Where more
// new cases come for a channel than Flood says, none of them is posted: one message counts them, and is edited. When it is calm again,
// those that are critical get a message of their own, and the others one as far as budgets allow.
//
// A case that begins within Cool of the end of an earlier one, of which people have a message, is put off for as long where it says nothing
// new: no signal is graver than it was, and at most a tenth more is at risk. That it has begun anew is in the digest.
//
// What is systemic, a rule in which so many customers rose on one day that the cause is likely our own, is put off until a person lets it
// go, however critical: cases that have nothing else to tell, and of which nobody has been told before that day closed. A day closes a moment
// after it is over. Until it has, for as long as Closes says, no case is posted that has nothing to tell but what rose on it: else what budgets
// and quiet hours have put off until the new day would go out just before it is known to be systemic.
//
// The message that counts those cases is edited when people have let them go, by whatever way: it says who did it and when, and has no button
// any more once that is so of each rule of which it tells. What it says is compared with the store at the begin of each turn and whenever
// somebody has let something go, so neither a restart nor a lost edit leaves it as it was.
//
// What is put off is kept with its message in the store, as is what channels have heard of: so nobody counts in memory, whoever has the
// lease next goes on where the last one has ended, and what waits is not read again until its time has come. It is never lost: a newer
// state of its case is looked at when it is due, and what closes is settled in silence where nobody has read of it.
//
// # Groups
//
// Where the tasks of two customers or more of one corporate group wait for a person, the case of each tells of them all. A case's own commit knows
// nothing of the others, so what it tells is looked up as it is sent, and the others of which people have a message that says something else by
// now are owed once more, before it is. It is as of the case's last edit, as all numbers of it are: how much is at risk alone edits nothing, nor
// does a day on which another group is in force.
//
// # Why
//
// Reading after doubt, and not before each post: reads are rate-limited as well, and doubts are rare. One goroutine, and not
// one per case: a receiver takes about one message a second in a channel, and order within a case comes for free. Nothing is
// given up after so many tries: a message that nobody was sent stays owed, is counted, and is tried again slowly.
package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"tocsin/alerts"
	"tocsin/alerts/worktime"
	"tocsin/state"
)

// patience is how often in a row a receiver may be busy before somebody is told.
const patience = 5

// countEvery is how often it is counted what is put off.
const countEvery = 15 * time.Second

// batch is how many cases a pass looks at, besides those that rest.
const batch = 100

// Store is what an Outbox needs of one.
type Store interface {
	state.Outbox
	// Day is [state.Store.Day].
	Day(ctx context.Context) (day state.Day, found bool, err error)
	// Systemic is [state.Systemics.Systemic].
	Systemic(ctx context.Context) ([]state.Systemic, error)
	// Summaries is [state.Forgetting.Summaries].
	Summaries(ctx context.Context) ([]state.Message, error)
	// Affiliates is [state.Store.Affiliates].
	Affiliates(ctx context.Context) ([]state.AffiliateRow, error)
	// CasesOf is [state.Pages.CasesOf].
	CasesOf(ctx context.Context, customers []state.CustomerID) ([]state.Message, error)
	// Case is [state.Pages.Case].
	Case(ctx context.Context, id string) (newest state.Message, found bool, err error)
}

// Outbox sends what a store owes to a channel, or to several.
type Outbox struct {
	Store Store
	// Lease takes the lease or keeps it, mostly without asking the store: it is called often. It fails with state.ErrLeased
	// while somebody else delivers. nil: nobody else is there.
	Lease   func(context.Context) (state.Lease, error)
	Sender  Sender // of Channel; nil: nobody is told yet, and what is owed stays owed and is counted
	Channel string // where summaries go, and cases of which Route says nothing
	// Route is where a case has to stand, and may add what only who sends knows, such as a deputy; nil: in Channel.
	Route func(*alerts.CaseMessage) []string
	// Open is the sender of another channel, asked for once; nil where Route is.
	Open   func(channel string) Sender
	Clock  func() state.Instant // the store's clock: which messages are due
	Wall   func() state.Instant // the wall's clock: attempts, rates and pauses
	Chance func() float64       // in [0, 1), spreads pauses; nil: they are not spread
	Pace   Pace
	// Awake are the hours in which people may be woken by what is not urgent, by Clock; nil: always. See "Quiet hours".
	Awake *worktime.Hours
	// Zone is where the day of those who read the messages begins and ends; nil: UTC.
	Zone *time.Location
	// Books is the ledger's zone, for [Metrics]: what is known since midnight there was raised by a date; nil: nothing is.
	Books *time.Location
	// Closes is how long after a day of the ledger is over its close is waited for at the most, before what is news of that day is posted:
	// the close tells what is systemic. 0: not at all.
	Closes time.Duration
	// Budget is how many new messages of cases one owner is told of in a day, but for those that go out in any case; 0: of all. See
	// "Budgets and floods".
	Budget int
	Flood  Flood
	// Cool is for how long after its last case has closed a customer is not news again for the like; 0: not at all.
	Cool time.Duration
	// Report is called once when sending begins to fail for some reason, and with nil when it works again; nil: nobody is
	// told. A receiver that is busy for a moment is no reason.
	Report  func(error)
	Metrics *Metrics
}

// Run delivers until ctx ends and returns its cause. Failures of the store and the sender are reported and tried again.
func (o Outbox) Run(ctx context.Context) error {
	l := newLoop(o)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
			timer.Reset(l.runOnce(ctx))
		}
	}
}

// loop is an Outbox at work with what it remembers between passes. Losing that costs time, never a message.
type loop struct {
	Outbox
	edits   *rate.Limiter // of all channels: a receiver counts what an app asks for
	lines   map[string]*line
	failing string        // the outcome last reported of the store; empty: all is well
	lease   state.Lease   // under which this pass began
	rests   map[spot]rest // what is left alone

	counted  state.Instant    // by when what is put off is counted next
	begun    bool             // what earlier turns have put off was looked at in this one
	owed     []state.Message  // in this pass
	held     held             // by this pass
	flooding map[string]bool  // whether a channel is, as this pass has found
	fresh    map[string]int   // new posts of this pass, by channel; nil: not counted yet
	systemic []state.Systemic // that nobody has let go
	amended  bool             // messages that tell of what is systemic say who has let it go, as far as this turn knows
	kin      kin              // who belongs to whose group
	open     state.Date       // the ledger's day
	awaited  state.Instant    // by when it closes, or is waited for no more; 0: it is not over, or nobody waits
}

// spot is a case in a channel; no channel: wherever it is.
type spot struct{ of, channel string }

// rest is a case that is left alone for a while, so that the others have their turn.
type rest struct {
	until state.Instant
	only  int64 // seq of the message that the sender would not take: a later one may be taken; 0: none
}

func newLoop(o Outbox) *loop {
	if o.Chance == nil {
		o.Chance = func() float64 { return 0 }
	}
	if o.Report == nil {
		o.Report = func(error) {}
	}
	if o.Lease == nil {
		o.Lease = func(context.Context) (state.Lease, error) { return state.Lease{}, nil }
	}
	return &loop{Outbox: o, edits: limiter(o.Pace.Edit), lines: map[string]*line{}, rests: map[spot]rest{}}
}

// runOnce delivers what may be delivered now, without waiting, and returns after how long it should be called again.
func (l *loop) runOnce(ctx context.Context) time.Duration {
	limit := batch + len(l.rests)
	leased := l.take(ctx)
	if leased == nil && l.Sender != nil {
		leased = l.resume(ctx)
	}
	owed, err := l.backlog(ctx, limit) // read under the lease: what was read before it may have been delivered since
	if errors.Is(leased, state.ErrLeased) && err == nil {
		return l.Pace.Standby
	}
	if err = cmp.Or(err, leased); err != nil {
		if ctx.Err() == nil {
			l.reportStore(err)
		}
		return l.Pace.Poll
	}
	if l.Sender == nil {
		return l.Pace.Poll
	}
	l.owed = owed
	again, err := l.pass(ctx, len(owed) == limit)
	if err == nil {
		err = l.sweep(ctx)
	}
	if kept := l.keepWaits(ctx); errors.Is(cmp.Or(err, kept), state.ErrLeased) {
		return 0 // whatever is known of the cases may be known no more
	}
	return again
}

// pass delivers what is owed. It fails with ErrLeased only.
func (l *loop) pass(ctx context.Context, more bool) (again time.Duration, err error) {
	still := false // the only channel there is wants to be left alone
	for _, m := range l.owed {
		if ctx.Err() != nil {
			return l.nap(), nil
		}
		still = still || l.Route == nil && l.Wall() < l.line(l.Channel).until && l.Flood.Cases == 0
		if still && m.Case != alerts.CanaryCase || l.rested(spot{m.Case, ""}, m.Seq) {
			continue
		}
		if err := l.deliver(ctx, m); errors.Is(err, state.ErrLeased) {
			return 0, err
		}
	}
	if more && !still {
		return 0, nil
	}
	return l.nap(), nil
}

// resume begins a pass: at first it looks anew at what others have put off for a time, for what they went by may hold no more, and each
// time it lets go what floods have left.
func (l *loop) resume(ctx context.Context) error {
	l.owed, l.held, l.flooding, l.fresh, l.kin.groups = nil, held{}, map[string]bool{}, nil, nil
	if !l.begun {
		for _, why := range []int{state.WaitQuiet, state.WaitBudget, state.WaitHuman, state.WaitCool} {
			if err := l.Store.Recall(ctx, l.lease, state.WaitsOf{Why: why}, 1<<30); err != nil {
				return err
			}
		}
		l.begun = true
	}
	if err := l.readSystemic(ctx); err != nil {
		return err
	}
	return l.drain(ctx)
}

// take begins a pass under the lease. Who has no sender leaves it to others, who may have one.
func (l *loop) take(ctx context.Context) (err error) {
	if l.Sender == nil {
		return nil
	}
	before := l.lease
	if l.lease, err = l.Lease(ctx); err != nil || l.lease != before {
		l.begun, l.amended = false, false
	}
	return err
}

// mine fails with ErrLeased unless the lease under which the pass began is ours still.
func (l *loop) mine(ctx context.Context) error {
	switch lease, err := l.Lease(ctx); {
	case err != nil:
		return storeError{fmt.Errorf("look whose turn it is: %w", err)}
	case lease != l.lease:
		return state.ErrLeased
	}
	return nil
}

// backlog lists what is due and shows how much waits.
func (l *loop) backlog(ctx context.Context, limit int) ([]state.Message, error) {
	owed, err := l.Store.Owed(ctx, l.Clock(), limit)
	if err != nil {
		return nil, fmt.Errorf("list owed messages: %w", err)
	}
	due, held, err := l.Store.OwedCount(ctx)
	if err != nil {
		return nil, fmt.Errorf("count owed messages: %w", err)
	}
	var oldest state.Instant
	if len(owed) > 0 {
		oldest = owed[0].DueAt
	}
	l.Metrics.backlog(due, held, oldest)
	return owed, l.countWaits(ctx)
}

// countWaits shows now and then how much is put off.
func (l *loop) countWaits(ctx context.Context) error {
	if l.Metrics == nil || l.Wall() < l.counted {
		return nil
	}
	for why := range whys {
		cases, err := l.Store.WaitCount(ctx, state.WaitsOf{Why: why, Until: l.Clock()})
		if err != nil {
			return fmt.Errorf("count what waits: %w", err)
		}
		l.Metrics.waits(why, cases)
	}
	l.counted = later(l.Wall(), countEvery)
	return nil
}
