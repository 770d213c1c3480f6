//go:build faults && kafka

package main

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"tocsin/consumer/contract"
	"tocsin/consumer/kafka"
	"tocsin/consumer/simulator"
	"tocsin/state"
)

// The load: about 250 events a second.
const (
	loadBeat   = 500 * time.Millisecond
	loadChains = 40   // orders, invoices and payments of a beat
	loadPeople = 3000 // customers that they are of
	loadPays   = 10   // beats after which an invoice is paid
)

// load is what publishers send: a portfolio's past, then what happens now, until the test ends.
type load struct {
	topics    topicConfig
	zone      *time.Location
	euro      state.Currency
	producer  *kafka.Producer
	portfolio *simulator.Portfolio
	mu        sync.Mutex
	silent    map[string]bool // topics whose publishers have stopped
	sent      int
}

func startLoad(t *testing.T, w *watchedGround) *load {
	t.Helper()
	l := &load{topics: w.topics, zone: time.FixedZone("SOON", int(w.offset().Seconds())), euro: eur(t), silent: make(map[string]bool)}
	var err error
	l.producer, err = kafka.OpenProducer(w.cluster.Addresses())
	must(t, err)
	t.Cleanup(l.producer.Close)
	now := wallClock()
	first := now.Date(l.zone) - 45
	l.portfolio = simulator.New(simulator.Config{Seed: 5, First: first, Customers: 60, Zone: l.zone})
	past := l.portfolio.Scheduled(first.Start(l.zone)-1, now-state.Instant(25*time.Hour)) // of what is younger people would be told, late
	for i := range loadPeople {
		past = append(past, l.limit(10_000+i, 0, 1_000_000, now))
	}
	must(t, l.producer.Send(t.Context(), l.messages(past)))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.publish(ctx, now)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return l
}

// quiet stops the publisher of a topic, or has it go on.
func (l *load) quiet(topic string, silent bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silent[topic] = silent
}

// steady waits until something is sent, and all publishers have been heard for a while.
func (l *load) steady(t *testing.T) {
	t.Helper()
	count := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.sent
	}
	before := count()
	await(t, "the load goes on", func() bool { return count() > before+1000 })
	time.Sleep(20 * time.Second)
}

func (l *load) messages(events []state.Event) (messages []kafka.Message) {
	for i := range events {
		ev := &events[i]
		messages = append(messages, kafka.Message{Topic: l.topics.of(ev), Key: keyOf(ev), Value: contract.Encode(ev), Timestamp: ev.KnownAt})
	}
	return messages
}

// publish sends what happens, beat after beat. What brokers do not take in time is lost, which is as good as not having happened.
func (l *load) publish(ctx context.Context, since state.Instant) {
	for beat := 0; sleep(ctx, loadBeat) == nil; beat++ {
		now := wallClock()
		events := append(l.portfolio.Scheduled(since, now), l.portfolio.Pulse(since, now)...)
		since = now
		messages := append(l.messages(append(events, l.happens(beat, now)...)), l.odd(beat, now)...)
		l.mu.Lock()
		kept := messages[:0]
		for _, m := range messages {
			if !l.silent[m.Topic] {
				kept = append(kept, m)
			}
		}
		l.mu.Unlock()
		limited, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := l.producer.Send(limited, kept)
		cancel()
		if err == nil {
			l.mu.Lock()
			l.sent += len(kept)
			l.mu.Unlock()
		}
	}
}

// happens is one beat: orders, invoices and payments of many, a limit, news, and now and then somebody who is far beyond his limit.
func (l *load) happens(beat int, now state.Instant) (events []state.Event) {
	day := now.Date(l.zone)
	money := func(units int) state.Money { return state.Money{Minor: int64(units) * 100, Currency: l.euro} }
	add := func(customer int, kind state.Kind, body state.Body) {
		ev := eventOf(customer, kind, now, body)
		ev.Stamp.ID += "/" + body.Key()
		events = append(events, ev)
	}
	for i := beat * loadChains; i < (beat+1)*loadChains; i++ {
		of, paid := 10_000+i%loadPeople, i-loadPays*loadChains
		add(of, state.KindOrder, &state.Order{OrderID: fmt.Sprintf("O-%d", i), OrderDate: day, Gross: money(900), Invoiced: money(900),
			Status: state.OrderStatusClosed})
		add(of, state.KindInvoice, &state.Invoice{InvoiceID: fmt.Sprintf("I-%d", i), IssueDate: day, DueDate: day + 30, Total: money(900)})
		if paid >= 0 {
			add(10_000+paid%loadPeople, state.KindPayment, &state.Payment{PaymentID: fmt.Sprintf("P-%d", paid), ValueDate: day, Amount: money(900),
				Method: state.MethodCreditTransfer, Allocations: []state.Allocation{{InvoiceID: fmt.Sprintf("I-%d", paid), Amount: money(900)}}})
		}
	}
	events = append(events, l.limit(10_000+beat%loadPeople, beat+1, 1_000_000, now))
	add(0, state.KindRegistry, &state.RegistryFact{
		Registry: "gb-companies-house", Identifier: state.Identifier{Scheme: "reg", Country: "GB", Value: fmt.Sprintf("%08d", beat)},
		Type: "accounts_overdue", SubjectID: fmt.Sprint("S-", beat), Effective: day,
	})
	news := &events[len(events)-1]
	news.Customer, news.Stamp.ID = "", fmt.Sprint("S-", beat) // they are of whom they name
	if beat%12 == 0 {
		events = append(events, l.limit(100_000+beat, beat+1, 1_000, now))
		add(100_000+beat, state.KindInvoice, &state.Invoice{InvoiceID: fmt.Sprintf("B-%d", beat), IssueDate: day, DueDate: day + 30, Total: money(9_000)})
	}
	return events
}

func (l *load) limit(customer, revision, units int, now state.Instant) state.Event {
	id := fmt.Sprintf("L-%d-%d", customer, revision)
	ev := eventOf(customer, state.KindLimit, now, &state.LimitRevision{
		LimitID: id, Type: state.LimitBase, Amount: state.Money{Minor: int64(units) * 100, Currency: l.euro}, ValidFrom: now.Date(l.zone),
	})
	ev.Stamp.ID = id
	return ev
}

// odd is what the events of package state cannot say: rates, and now and then a record that is refused, or says more than the contract knows.
func (l *load) odd(beat int, now state.Instant) (messages []kafka.Message) {
	send := func(topic, key, value string) {
		messages = append(messages, kafka.Message{Topic: topic, Key: key, Value: []byte(value), Timestamp: now})
	}
	day := now.Date(l.zone)
	send(l.topics.FX, "EUR/USD", fmt.Sprintf(`{"specversion":"1.0","id":"fx-%d/1","source":"urn:t","type":"tocsin.fx.rate.v1","subject":"EUR/USD","time":"%s",`+
		`"data":{"base":"EUR","quote":"USD","rate":"1.1%02d","rate_date":"%s","revision":%d}}`, beat, now, beat%100, day, beat+1))
	if beat%60 == 30 {
		send(l.topics.Invoices, "C-1", `{"specversion":`)
	}
	if beat%60 == 15 {
		send(l.topics.Invoices, "C-1", fmt.Sprintf(`{"specversion":"1.0","id":"bad-%d/1","source":"urn:t","type":"tocsin.invoice.issued.v1","subject":"C-1",`+
			`"time":"%s","data":{"customer_id":"C-1","revision":1,"invoice_id":"bad-%d","issue_date":"yesterday"}}`, beat, now, beat))
	}
	if beat%60 == 45 {
		send(l.topics.Orders, "C-20000", fmt.Sprintf(`{"specversion":"1.0","id":"odd-%d/1","source":"urn:t","type":"tocsin.order.placed.v1",`+
			`"subject":"C-20000","time":"%s","data":{"customer_id":"C-20000","revision":1,"order_id":"odd-%d","order_date":"%s",`+
			`"gross":{"amount":"9.00","currency":"EUR"},"status":"parked","mood":"good"}}`, beat, now, beat, day))
	}
	return messages
}
