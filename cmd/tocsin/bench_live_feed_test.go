//go:build live

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"tocsin/consumer/kafka"
	"tocsin/state"
)

// liveFeed writes events of a population, in the form and with the sizes of an ERP's: of each customer first a limit, then
// chains of an order, its invoice and the payment of that. Their dates are the past weeks' and all become known on one day.
type liveFeed struct {
	random *rand.Rand
	today  state.Date
	pick   func() int // a customer
	events []int      // of each customer, so far
	size   int        // of the population
	line   bytes.Buffer
}

// newLiveFeed is a feed whose customers are drawn alike (skew 0) or by Zipf's law with this exponent, in an order that has nothing to
// do with their names.
func newLiveFeed(today state.Date, population int, skew float64) *liveFeed {
	f := &liveFeed{random: rand.New(rand.NewPCG(7, 1)), today: today, size: population, events: make([]int, population)}
	f.pick = func() int { return f.random.IntN(population) }
	if skew > 1 {
		law, order := rand.NewZipf(f.random, skew, 1, uint64(population-1)), f.random.Perm(population)
		f.pick = func() int { return order[law.Uint64()] }
	}
	return f
}

// next is the key and the text of one more event. The text is valid until the next call.
func (f *liveFeed) next() (key string, text []byte) {
	c := f.pick()
	n := f.events[c]
	f.events[c]++
	return f.event(c, n)
}

// event is the nth event of a customer.
func (f *liveFeed) event(c, n int) (key string, text []byte) {
	key = "C-" + strconv.Itoa(1_000_000+c)
	chain, amount := fmt.Sprintf("%d-%d", c, n/3), fmt.Sprintf("%d.%02d", 500+(c*37+n*101)%4000, c%100)
	switch {
	case n == 0:
		limit := 20_000 + c%7*20_000
		if c%20 == 0 {
			limit = 600 // is soon too small
		}
		f.write(key, "limit.set", "LIM-"+chain, fmt.Sprintf(`"limit_id":"LIM-%s","kind":"base","amount":{"amount":"%d.00","currency":"EUR"},"valid_from_date":"%s","hard":true`,
			chain, limit, f.today-60))
	case n%3 == 1:
		f.order(key, chain, amount)
	case n%3 == 2:
		due := f.today + 10
		if c%25 == 0 {
			due = f.today - 8
		}
		f.invoice(key, chain, amount, due)
	default:
		last := fmt.Sprintf("%d-%d", c, n/3-1)
		f.payment(key, last, fmt.Sprintf("%d.%02d", 500+(c*37+(n-1)*101)%4000, c%100))
	}
	return key, f.line.Bytes()
}

func (f *liveFeed) order(key, chain, amount string) {
	f.write(key, "order.placed", "SO-"+chain, fmt.Sprintf(`"order_id":"SO-%s","order_date":"%s","gross":{"amount":"%s","currency":"EUR"},`+
		`"delivered":{"amount":"0.00","currency":"EUR"},"requested_delivery_date":"%s","status":"open","credit_hold":false,"project":false`,
		chain, f.today-25, amount, f.today-18))
}

func (f *liveFeed) invoice(key, chain, amount string, due state.Date) {
	f.write(key, "invoice.issued", "INV-"+chain, fmt.Sprintf(`"invoice_id":"INV-%s","kind":"invoice","issue_date":"%s","due_date":"%s","delivery_date":"%s",`+
		`"terms":"NET30","total":{"amount":"%s","currency":"EUR"},"order_ids":["SO-%s"]`, chain, f.today-20, due, f.today-20, amount, chain))
}

func (f *liveFeed) payment(key, chain, amount string) {
	f.write(key, "payment.received", "PAY-"+chain, fmt.Sprintf(`"payment_id":"PAY-%s","value_date":"%s","amount":{"amount":"%s","currency":"EUR"},"method":"credit_transfer",`+
		`"cleared":true,"remittance_ref":"RF18 5390 0754 7034","allocations":[{"invoice_id":"INV-%s","amount":{"amount":"%s","currency":"EUR"},"by":"customer"}]`,
		chain, f.today-1, amount, chain, amount))
}

func (f *liveFeed) write(key, typ, id, data string) {
	f.line.Reset()
	fmt.Fprintf(&f.line, `{"specversion":"1.0","id":"%s/1","source":"urn:acme:erp:emea","type":"tocsin.%s.v1","subject":"%s","time":"%sT08:15:30.250Z",`+
		`"datacontenttype":"application/json","traceparent":"00-%016x%016x-%016x-01","data":{"customer_id":"%s","revision":1,"entity_id":"ACME-DE",%s,`+
		`"ext":{"company_code":"1000","sales_rep":"u48213","channel":"edi"}}}`,
		id, typ, key, f.today-1, f.random.Uint64(), f.random.Uint64(), f.random.Uint64(), key, data)
}

// publish sends so many events to a topic, known at an instant, and returns how many bytes they are.
func (f *liveFeed) publish(b *testing.B, producer *kafka.Producer, topic string, events int, at state.Instant) (size int) {
	b.Helper()
	messages := make([]kafka.Message, 0, 5000)
	for events > 0 {
		messages = messages[:0]
		for range min(events, cap(messages)) {
			key, text := f.next()
			messages = append(messages, kafka.Message{Topic: topic, Key: key, Value: bytes.Clone(text), Timestamp: at})
			size += len(text)
		}
		if err := producer.Send(b.Context(), messages); err != nil {
			b.Fatal(err)
		}
		events -= len(messages)
	}
	return size
}
