package kafka_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state"
)

// turns are leases whose time the test has in its hands.
type turns struct {
	mu    sync.Mutex
	table state.LeaseTable
	now   time.Time
	asked map[string]int // by holder
}

const term = 10 * time.Second

func (s *turns) of(holder string) func(context.Context) (state.Lease, error) {
	return func(context.Context) (state.Lease, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked[holder]++
		return s.table.Take("publisher", holder, term, s.now)
	}
}

// pass lets a term pass.
func (s *turns) pass() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(term)
}

func (s *turns) times(holder string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[holder]
}

// stopped is a store in which a publisher stands still after it has read what is to be published.
type stopped struct {
	*unpublished
	still func()
}

func (s stopped) Unpublished(ctx context.Context, limit int) ([]state.Publication, error) {
	rows, err := s.unpublished.Unpublished(ctx, limit)
	if s.still != nil {
		s.still()
	}
	return rows, err
}

// shared are publishers of one store.
type shared struct {
	cluster *kafkatest.Cluster
	store   *unpublished
	turns   *turns
}

func share(t *testing.T) *shared {
	t.Helper()
	return &shared{
		cluster: newCluster(t, 1, "tocsin.alerts.v1", "tocsin.tasks.v1", "tocsin.dlq.v1"),
		store:   &unpublished{}, turns: &turns{table: state.LeaseTable{}, asked: map[string]int{}},
	}
}

func (s *shared) publisher(t *testing.T, name string, store state.Publications) *kafka.Publisher {
	t.Helper()
	p, err := kafka.OpenPublisher(kafka.PublisherConfig{
		Brokers: s.cluster.Addresses(), Alerts: "tocsin.alerts.v1", Tasks: "tocsin.tasks.v1", DeadLetters: "tocsin.dlq.v1", Lease: s.turns.of(name),
	}, store)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// owe leaves a row to publish.
func (s *shared) owe(id int64) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.rows = append(s.store.rows, state.Publication{ID: id, Task: &state.TaskRow{ID: "T", Seq: id, Body: []byte{'0' + byte(id)}}})
}

// published compares what is in the topic.
func (s *shared) published(t *testing.T, want string) {
	t.Helper()
	var got []byte
	for _, r := range consume(t, s.cluster, len(want), "tocsin.tasks.v1") {
		got = append(got, r.Value...)
	}
	if string(got) != want {
		t.Errorf("got rows %s, want %s", got, want)
	}
}

func wantPublished(t *testing.T, p *kafka.Publisher, want int) {
	t.Helper()
	if done, err := p.Publish(t.Context()); done != want || err != nil {
		t.Errorf("got %d rows settled and %v, want %d", done, err, want)
	}
}

func wantLeased(t *testing.T, p *kafka.Publisher) {
	t.Helper()
	if done, err := p.Publish(t.Context()); done != 0 || !errors.Is(err, state.ErrLeased) {
		t.Errorf("got %d rows settled and %v, want %v", done, err, state.ErrLeased)
	}
}

func TestOfTwoPublishersOnePublishes(t *testing.T) {
	s := share(t)
	a, b := s.publisher(t, "a", s.store), s.publisher(t, "b", s.store)
	s.owe(1)
	wantPublished(t, a, 1)
	s.owe(2)
	wantLeased(t, b)
	wantPublished(t, a, 1)
	s.turns.pass() // a is gone
	s.owe(3)
	wantPublished(t, b, 1)
	s.owe(4)
	wantLeased(t, a) // was not, after all
	wantPublished(t, b, 1)
	s.published(t, "1234")
}

// It has read what another one has published when it wakes.
func TestAFrozenPublisherThatWakesPublishesNothing(t *testing.T) {
	for _, test := range []struct {
		name  string
		drops bool
	}{{"another one has the lease", false}, {"it has the lease again", true}} {
		t.Run(test.name, func(t *testing.T) {
			s := share(t)
			b := s.publisher(t, "b", s.store)
			s.owe(1)
			s.owe(2)
			a := s.publisher(t, "a", stopped{s.store, func() {
				s.turns.pass()
				wantPublished(t, b, 2)
				if test.drops {
					s.turns.pass()
				}
			}})
			wantLeased(t, a)
			s.owe(3)
			next, inTurn := s.publisher(t, "a", s.store), b
			if test.drops {
				next, inTurn = b, next
			}
			wantLeased(t, next)
			wantPublished(t, inTurn, 1)
			s.published(t, "123")
		})
	}
}

// Every commit wakes every instance's publisher.
func TestWakingAPublisherDoesNotMakeItItsTurn(t *testing.T) {
	s := share(t)
	if _, err := s.turns.of("a")(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := s.publisher(t, "b", s.store)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- b.Run(ctx) }()
	s.owe(1)
	begun := time.Now()
	for end := begun.Add(patience); s.turns.times("b") < 2; time.Sleep(5 * time.Millisecond) {
		b.Wake()
		if time.Now().After(end) {
			t.Fatal("it does not look again whether it is its turn")
		}
	}
	if took := time.Since(begun); took < time.Second {
		t.Errorf("it looked again after %v, want a second or more however often it is woken", took)
	}
	if left := s.store.left(); left != 1 {
		t.Errorf("got %d rows left, want the one that is another's to publish", left)
	}
	s.turns.pass()
	for end := time.Now().Add(patience); s.store.left() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the row is still unpublished although it is its turn")
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("got %v, want no error at the end", err)
	}
	s.published(t, "1")
}
