package simulator

import (
	"math/rand/v2"
	"slices"

	"tocsin/state"
)

// Label tells what was planted: which signal should be heard of which customer, and by when.
type Label struct {
	Customer state.CustomerID
	Story    string // what happens, in one word: slowdown, surge, default, …
	Signal   string // that should stand at warning or above
	From, By state.Date
}

// story is a kind of deterioration. It plays its first scene when its day comes and leaves the others to the plot.
type story func(w *writer, c *customer)

// scene is one step of a story on one day.
type scene struct {
	day  state.Date
	act  func(w *writer, c *customer)
	on   *customer
	turn int // order of planting, to break ties
}

func (s scene) play(w *writer) { s.act(w, s.on) }

// plot plants stories from the first day on, for ever: one every fortnight or so, each on a customer that is sound and
// not in a story.
type plot struct {
	random  *rand.Rand
	first   state.Date
	next    state.Date // day of the next story
	told    int        // stories begun
	stories []story
	turns   int     // scenes planted
	scenes  []scene // to come
	later   map[state.Date][]state.Event
}

// stories come in this order, over and over.
func stories() []story {
	return []story{
		surge, onboarding, temporaryIncrease, petition, slowdown, limitCut, forgottenReview, surge, bouncedDebit, slowdown,
		lateBooking, onboarding, failure, temporaryIncrease, slowdown, surge,
	}
}

// early stories begin before the first day or within its first week, so that whoever watches has something to see.
func early() []opener {
	return []opener{
		{-66, slowdown}, {0, surge}, {2, onboarding}, {4, forgottenReview}, {6, temporaryIncrease},
	}
}

// opener is an early story with its day, counted from the first.
type opener struct {
	offset state.Date
	story  story
}

func newPlot(seed uint64, first state.Date, customers []*customer) plot {
	p := plot{random: newRandom(seed, 1), first: first, next: first + 12, stories: stories(), later: map[state.Date][]state.Event{}}
	for i, e := range early() {
		p.plant(first+e.offset, customers[(5*i+1)%len(customers)], e.story)
	}
	return p
}

// plant adds a scene.
func (p *plot) plant(day state.Date, c *customer, act story) {
	p.scenes = append(p.scenes, scene{day: day, on: c, act: act, turn: p.turns})
	p.turns++
}

// on takes the scenes of a day out of the plot, and begins a new story when it is time.
func (p *plot) on(d state.Date, in *Portfolio) []scene {
	if d >= p.next && isBusiness(d) {
		if c := p.cast(in); c != nil {
			p.plant(d, c, p.stories[p.told%len(p.stories)])
			p.told++
		}
		p.next = d + state.Date(9+p.random.IntN(9))
	}
	var due []scene
	p.scenes = slices.DeleteFunc(p.scenes, func(s scene) bool {
		if s.day > d {
			return false
		}
		due = append(due, s)
		return true
	})
	slices.SortStableFunc(due, func(a, b scene) int { return a.turn - b.turn })
	return due
}

// cast is a sound customer of some weeks' standing that nothing is happening to; nil when there is none.
func (p *plot) cast(in *Portfolio) *customer {
	offset := p.random.IntN(len(in.customers))
	for i := range in.customers {
		c := in.customers[(offset+i)%len(in.customers)]
		if c.temper == sound && !c.busy && !c.closed && c.limit > 0 && len(c.invoices) >= 4 {
			return c
		}
	}
	return nil
}

// then plays a further scene of a story some days later.
func (w *writer) then(days int, c *customer, act story) {
	w.portfolio.plot.plant(w.day+state.Date(days), c, act)
}

// label notes what should be heard. By is the last day on which it is still in time.
func (w *writer) label(c *customer, story, signal string, from, by state.Date) {
	p := w.portfolio
	p.labels = append(p.labels, Label{
		Customer: c.id, Story: story, Signal: signal, From: max(from, p.config.First), By: max(by, p.config.First),
	})
}
