package consumer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"

	"tocsin/state"
)

// A customer whose step panics is quarantined, and the rest go on. The batch is computed again without him: his record stays as his
// last good step left it, and what the step would have applied is parked as rows of the same commit that moves the positions.
// So is what comes of him later, in order. His alarms are ticked off, so that days close; his figures, and his part of the
// whole, are those of his record. Who has him as heir, or is his heir, goes on: what others leave to him is parked with the
// rest, and what he would leave waits with him. An erasure waits for nobody: see [lane.erase].
//
// Somebody releases him when a version of the program is installed that takes the step: see [Desk.Release].
//
// Everybody who steps knows who is quarantined, for it is counted with the open day (see [state.Quarantine]).

// Panicked is a step that panicked, or a journal that cannot be folded.
type Panicked struct {
	Reason string // what it said; it may quote the customer, so it is not for logs
	Stack  string // the first frames, one a line
}

func (p *Panicked) Error() string {
	where, _, _ := strings.Cut(p.Stack, "\n")
	return fmt.Sprintf("the step panicked: %s (%s)", p.Reason, where)
}

// errPanicked: customers are suspect by whom a batch cannot be stepped. It is to be computed again.
var errPanicked = errors.New("a step panicked")

// ErrQuarantined: nothing is decided about a customer who is quarantined.
var ErrQuarantined = errors.New("the customer is quarantined; see tocsin quarantine ls")

// Bounds of what is kept of a panic.
const (
	reasonBytes = 1000
	stackFrames = 8
)

// guarded runs a step and returns what it panicked with; nil: it did not.
func guarded(step func()) (p *Panicked) {
	defer func() {
		if v := recover(); v != nil {
			p = &Panicked{Reason: fmt.Sprint(v), Stack: frames()}
			if len(p.Reason) > reasonBytes {
				p.Reason = strings.ToValidUTF8(p.Reason[:reasonBytes], "") + " …"
			}
		}
	}()
	step()
	return nil
}

// frames are the first frames of the panic that is being recovered from, innermost first.
func frames() string {
	pcs := make([]uintptr, 64)
	all := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)]) // without Callers, this one and the deferred call
	var lines []string
	for more := true; more && len(lines) < stackFrames; {
		var f runtime.Frame
		f, more = all.Next()
		if strings.HasPrefix(f.Function, "runtime.") {
			continue
		}
		if strings.HasSuffix(f.Function, ".guarded") {
			break
		}
		lines = append(lines, fmt.Sprintf("%s %s:%d", path.Base(f.Function), path.Base(f.File), f.Line))
	}
	return strings.Join(lines, "\n")
}

// unfoldable is why a journal gives no record though the store is in order; nil: the error is another one.
func unfoldable(err error) *Panicked {
	var panicked *Panicked
	if errors.As(err, &panicked) {
		return panicked
	}
	var gap *state.GapError
	if errors.As(err, &gap) {
		return &Panicked{Reason: gap.Error()}
	}
	return nil
}

// part tells of groups that have their records whether they are stepped or wait.
func (l *lane) part(work []*group) {
	for _, g := range work {
		if g.name == "" {
			g.name = g.customer
		}
		if g.kept.broken != nil {
			l.suspect(g.name, g.kept.broken)
		}
		g.panicked = l.suspects[g.name]
		g.waits = g.panicked != nil || l.quarantined[g.name]
		g.fresh = g.waits && !l.quarantined[g.name]
	}
}

func (l *lane) suspect(id state.CustomerID, p *Panicked) {
	if l.suspects == nil {
		l.suspects = make(map[state.CustomerID]*Panicked)
	}
	l.suspects[id] = p
}

// stepErased lets go on who was quarantined and has been written anew under a pseudonym: who is gone has no signals any more, so
// nothing but his facts is stepped. Where that panics, too, he waits under it.
func stepErased(work []*group) {
	for _, g := range work {
		if g.waits && g.panicked == nil && g.customer != g.name {
			g.waits = false
		}
	}
}

// wait is what a step would have been.
func (g *group) wait() {
	fate := g.kept.record.Customer.Fate(g.kept.record.Day)
	g.effects = Effects{Was: fate, Is: fate, FirstLimit: slices.ContainsFunc(g.events, func(ev state.Event) bool { return isBaseLimit(&ev) })}
}

// park adds to a commit what waits of a group.
func (w rows) park(c *state.Commit, g *group) {
	known := func(q state.Quarantine) bool { return q.Customer == g.customer }
	if g.fresh && !slices.ContainsFunc(c.Quarantines, known) {
		c.Quarantines = append(c.Quarantines, state.Quarantine{
			Customer: g.customer, Since: w.day.Date, At: w.now, Reason: g.panicked.Reason, Stack: g.panicked.Stack,
		})
	}
	if len(g.events)+len(g.estates) > 0 {
		c.Parked = append(c.Parked, state.Parked{
			Customer: g.customer, Day: w.day.Date, Records: g.records,
			Applied: state.AppendApplied(nil, &state.Applied{KnownAt: g.knownAt, Events: g.events, Estates: g.estates}),
		})
	}
}

// keepRecords keeps the records of what waits: should it lose against another content of its revision, the record is refused.
func (r *Runner) keepRecords(b batch, work []*group) error {
	known := r.knownErased(work)
	for _, g := range work {
		if !g.waits {
			continue
		}
		letters := make([]*state.DeadLetter, len(g.events))
		for i, at := range g.arrivals {
			if at >= 0 {
				letter := known.letter(deadLetter(&b.arrivals[at].record, Conflicted(&g.events[i])))
				letters[i] = &letter
			}
		}
		var err error
		if g.records, err = json.Marshal(letters); err != nil {
			return fmt.Errorf("records of what is parked: %w", err)
		}
	}
	return nil
}

// readQuarantined asks the store who is quarantined. Operators are told of those who were not before, without a name.
func (r *Runner) readQuarantined(ctx context.Context) error {
	all, err := r.Store.Quarantined(ctx)
	if err != nil {
		return fmt.Errorf("quarantined customers: %w", err)
	}
	before := r.lane.quarantined
	r.lane.quarantined = make(map[state.CustomerID]bool, len(all))
	for _, q := range all {
		r.lane.quarantined[q.Customer] = true
		if !before[q.Customer] {
			r.Log.Error("the step of a customer panics: what comes of him is parked until he is released; see tocsin quarantine ls",
				"since", q.Since.String(), "stack", strings.ReplaceAll(q.Stack, "\n", " < "))
		}
	}
	r.Metrics.quarantined.Set(float64(len(all)))
	return nil
}

// newlyQuarantined takes note that a batch which has landed has quarantined somebody, who is counted with the day, or has erased
// some, be they quarantined.
func (r *Runner) newlyQuarantined(ctx context.Context, work []*group) error {
	switch {
	case slices.ContainsFunc(work, func(g *group) bool { return g.fresh }):
		return r.reload(ctx)
	case len(r.lane.quarantined) > 0 && slices.ContainsFunc(work, func(g *group) bool { return g.erasure != nil }):
		return r.readQuarantined(ctx)
	}
	return nil
}
