package kafkatest

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Cut removes the records of a partition before an offset, as retention does.
func Cut(t testing.TB, address, topic string, partition int32, before int64) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(address))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var cut kadm.Offsets
	cut.AddOffset(topic, partition, before, -1)
	answers, err := kadm.NewClient(client).DeleteRecords(t.Context(), cut)
	if err == nil {
		err = answers.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
}
