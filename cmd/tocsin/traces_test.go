package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/state"
)

// heardSpans keeps the spans that have ended, each as its name, what it is below, and its attributes.
type heardSpans struct {
	mu    sync.Mutex
	spans []string
}

type spanKey struct{}

func (h *heardSpans) start(ctx context.Context, name string, attributes ...any) (context.Context, func(error)) {
	above, _ := ctx.Value(spanKey{}).(string)
	return context.WithValue(ctx, spanKey{}, name), func(err error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.spans = append(h.spans, fmt.Sprintf("%s<%s %v %v", name, above, attributes, err))
	}
}

func (h *heardSpans) has(start string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.spans {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	return false
}

// A batch is a span with its step and its commit, and a message is one. Of a customer nothing is in them.
func TestBatchesAndMessagesAreSpans(t *testing.T) {
	l, heard := newPipeline(t), &heardSpans{}
	workspace := l.withSlack(t)
	l.send(t, l.limit(t, 7, (l.today-366).Start(time.UTC), 1, 10_000_000), l.invoice(t, 7, l.today-20, l.today+10))
	var err error
	l.store, err = l.config.openStore(t.Context(), ownStore)
	must(t, err)
	s := &service{config: l.config, store: l.store, now: l.now, log: slog.New(slog.DiscardHandler), trace: heard.start}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx) }()
	l.toldPeople(t, workspace, "the first load")
	l.send(t, l.limit(t, 7, l.now(), 2, 100))
	await(t, "a message", func() bool { return heard.has("message< [how post channel #credit-alerts] <nil>") })
	cancel()
	must(t, <-ended)
	must(t, l.store.Close())
	for _, want := range []string{"batch< [records ", "step<batch [customers 1] <nil>", "commit<batch [entries 1] <nil>"} {
		if !heard.has(want) {
			t.Errorf("there is no span %q among %q", want, heard.spans)
		}
	}
	for _, one := range heard.spans {
		if strings.Contains(one, string(eventOf(7, state.KindOrder, 0, nil).Customer)) {
			t.Errorf("a customer is in a span: %s", one)
		}
	}
}
