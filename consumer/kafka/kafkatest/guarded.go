package kafkatest

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Guarded is a kfake that lets in [DoorsUser] alone, by TLS and SCRAM-SHA-512, with topics of one partition. It lasts as long as the test,
// and is found at the addresses that are returned.
func Guarded(tb testing.TB, authority *Authority, topics ...string) []string {
	tb.Helper()
	cluster, err := kfake.NewCluster(kfake.TLS(authority.Serve(tb)), kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-512", DoorsUser, DoorsPassword),
		kfake.SeedTopics(1, topics...), kfake.BrokerConfigs(map[string]string{"log.retention.ms": "-1"}))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(cluster.Close)
	return cluster.ListenAddrs()
}
