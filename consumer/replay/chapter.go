package replay

import (
	"bytes"
	"sync"
	"sync/atomic"

	"tocsin/state"
)

// chapter is a run of whole days that is played at once.
//
// # Why
//
// A ledger brings each customer an event now and then, and the records of all are far more than fit a processor's
// caches: played day by day, nearly everything that a step looks at has to be fetched from memory again. So a lane is
// given many days at once and plays all of them to one customer before it turns to the next. That changes nothing:
// customers never read each other's records, and what a step reads besides is known for the whole chapter when it begins.
// Whom merges relate are played together, day by day (see kin).
type chapter struct {
	last       state.Date // its last day
	config     string
	firstLimit state.Date         // the day on which the first base limit was known, be it in this chapter; zero: none yet
	rates      *state.Rates       // all that is known up to its last day
	names      *state.Pseudonyms  // of those who are erased
	core       []state.CustomerID // core customers of its days
	reclassed  []state.CustomerID // of these and those before who are in one list only: they are judged on its one day
	affiliates *state.Affiliates  // corporate groups, all that was known before its first day
	turned     []state.CustomerID // whose group is another one from turnedOn on, one of its days
	turnedOn   state.Date
	causes     state.Causes                // in force on its days
	concerned  []state.CustomerID          // who have to do with a group that changes on its last day
	groups     chan<- []state.AffiliateRow // gets what each lane's records say of them; nil: nobody asks
	surveys    chan<- survey               // gets what each lane tells of the close of its last day; nil: nobody asks
	weighs     bool                        // parts of the whole are asked for
	disputants []state.CustomerID          // whose batches are asked for
	moves      []*move                     // of customers from lane to lane, before anything else
	pairs      [][]pair                    // by lane: customers who become kin
	items      [][]*item                   // by lane, in input order; their days never fall
	blocks     []*lines                    // that hold the items, to be put back on the shelf after it
	shelf      *shelf
	playing    atomic.Int32
}

// chapterItems is about how many items a chapter has: enough that each of many thousand customers has several. Up to three
// chapters are in memory.
const chapterItems = 1 << 18

// day is one of the chapter's days. A first limit of a later day is not yet known on it: LimitsKnown asks for an earlier
// one.
func (c *chapter) day(date state.Date) state.Day {
	return state.Day{
		Date: date, Config: c.config, FirstLimit: c.firstLimit, Rates: c.rates, Names: c.names, Core: c.core, Affiliates: c.affiliates, Causes: c.causes,
	}
}

// limitsKnown is the first day of known limits, on which every customer is judged; zero: none yet.
func (c *chapter) limitsKnown() state.Date {
	if c.firstLimit == 0 {
		return 0
	}
	return c.firstLimit + 1
}

// done is called by each lane that has played the chapter. The last one gives its blocks back.
func (c *chapter) done() {
	if c.playing.Add(-1) == 0 {
		for _, block := range c.blocks {
			c.shelf.putLines(block)
		}
	}
}

// lines is a decoded block of lines, in input order.
type lines struct {
	data     []byte // the block's text, as long as a line may have to be told among the rejects
	items    []item
	refusals []refusal
	refused  int
	read     int64 // bytes read so far, of all inputs
}

// shelf holds the memory of blocks that are not in use: most of what a backtest would allocate. (A sync.Pool forgets what
// it holds at a garbage collection, and a chapter is longer in use than from one to the next.)
type shelf struct {
	lock  sync.Mutex
	lines []*lines
	texts [][]byte
}

// takeLines is lines without content, takeText a text of no length.
func (s *shelf) takeLines() *lines { return take(s, &s.lines, func() *lines { return new(lines) }) }

func (s *shelf) takeText() []byte { return take(s, &s.texts, func() []byte { return nil }) }

func take[T any](s *shelf, from *[]T, make func() T) T {
	s.lock.Lock()
	defer s.lock.Unlock()
	n := len(*from)
	if n == 0 {
		return make()
	}
	last := (*from)[n-1]
	*from = (*from)[:n-1]
	return last
}

// putLines takes lines back of which nothing refers to an item any more.
func (s *shelf) putLines(l *lines) {
	s.putText(l)
	clear(l.items)
	*l = lines{items: l.items[:0]}
	s.lock.Lock()
	s.lines = append(s.lines, l)
	s.lock.Unlock()
}

// putText takes the text of lines back; no item may refer to it any more.
func (s *shelf) putText(l *lines) {
	if l.data != nil {
		s.lock.Lock()
		s.texts = append(s.texts, l.data[:0])
		s.lock.Unlock()
		l.data = nil
	}
}

// kept is a line reference that outlives its block.
func (r lineRef) kept() lineRef {
	r.raw = bytes.Clone(r.raw)
	return r
}
