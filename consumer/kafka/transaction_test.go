package kafka_test

import (
	"fmt"
	"slices"
	"testing"

	"tocsin/consumer"
	"tocsin/consumer/kafka"
)

func TestATransactionIsSeenWholeOrNotAtAll(t *testing.T) {
	cluster := newCluster(t, 2, invoices)
	messages := func(from int) (list []kafka.Message) {
		for n := range 10 {
			list = append(list, kafka.Message{Topic: invoices, Key: fmt.Sprint(n), Value: fmt.Append(nil, from+n)})
		}
		return list
	}
	begin := func() *kafka.Transaction {
		tx, err := kafka.OpenTransaction(t.Context(), kafka.TransactionConfig{Brokers: cluster.Addresses()}, "import-of-acme")
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.Send(t.Context(), messages(100)); err != nil {
			t.Fatal(err)
		}
		return tx
	}
	if err := begin().Abort(t.Context()); err != nil {
		t.Fatal(err)
	}
	left := begin() // a process that dies here leaves it open
	defer func() {
		if left.Abort(t.Context()) == nil {
			t.Error("got a transaction that ends although another one of its id was begun")
		}
	}()
	tx := begin()
	r := openReader(t, newPositions(), configOf(cluster, invoices))
	if err := tx.Send(t.Context(), messages(200)); err != nil {
		t.Fatal(err)
	}
	values := func() []string {
		return append(r.values(consumer.Partition{Topic: invoices}), r.values(consumer.Partition{Topic: invoices, Number: 1})...)
	}
	r.until(t, "the partitions", r.owns(2))
	r.step(t, 1000)
	r.step(t, 1000)
	if got := values(); len(got) > 0 {
		t.Fatalf("got %q of a transaction that is open, want nothing", got)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.until(t, "all of the transaction", func() bool { return len(values()) >= 20 })
	r.step(t, 1000)
	got := values()
	slices.Sort(got)
	var want []string
	for _, from := range []int{100, 200} {
		for n := range 10 {
			want = append(want, fmt.Sprint(from+n))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q, once", got, want)
	}
}
