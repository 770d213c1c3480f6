package kafka_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"

	"tocsin/consumer"
	"tocsin/state"
)

// A partition goes on at the offset that a person names, in the client that met the gap; a topic that is another one only in the next.
func TestAnAcceptedGapIsPassed(t *testing.T) {
	for _, test := range []struct {
		name    string
		stored  state.Position // of partition 0, which holds offsets 5 to 9
		to      int64
		foreign bool
		want    []string // read behind the gap, 10 and 11 come in after it
	}{
		{"retention was faster", state.Position{Next: 2}, 5, false, []string{"0/5", "0/6", "0/7", "0/8", "0/9", "0/10", "0/11"}},
		{"retention was faster, and a person skips more", state.Position{Next: 2}, 8, false, []string{"0/8", "0/9", "0/10", "0/11"}},
		{"the broker lost records, read anew from its end", state.Position{Next: 15}, 10, false, []string{"0/10", "0/11"}},
		{"another cluster", state.Position{Next: 7, Cluster: "elsewhere"}, 6, true, []string{"0/6", "0/7", "0/8", "0/9", "0/10", "0/11"}},
	} {
		t.Run(strings.ReplaceAll(test.name, " ", "-"), func(t *testing.T) {
			cluster := newCluster(t, 1, invoices)
			writer := newWriter(t, cluster)
			produce(t, writer, numbered(invoices, 0, 0, 10)...)
			var cut kadm.Offsets
			cut.AddOffset(invoices, 0, 5, -1)
			if _, err := admin(t, writer).DeleteRecords(t.Context(), cut); err != nil {
				t.Fatal(err)
			}
			part := consumer.Partition{Topic: invoices}
			store := newPositions()
			test.stored.Topic = invoices
			store.rows[part] = test.stored

			r := openReader(t, store, configOf(cluster, invoices))
			r.until(t, "the gap", func() bool { return len(r.gaps) > 0 })
			if g := r.gaps[0]; g.Stands != test.stored.Next || g.Foreign != test.foreign {
				t.Errorf("got %+v, want it to stand at %d, foreign %v", g, test.stored.Next, test.foreign)
			}
			accepted := store.rows[part]
			accepted.Next = test.to
			if test.foreign {
				accepted.Cluster, accepted.TopicID = "", ""
			}
			store.rows[part], r.own[part] = accepted, accepted
			if passed := r.Restart(part, test.to); passed == test.foreign {
				t.Fatalf("restarted: got %v, want %v", passed, !test.foreign)
			}
			if test.foreign {
				if err := r.Close(t.Context()); err != nil {
					t.Fatal(err)
				}
				r = openReader(t, store, configOf(cluster, invoices))
			}
			produce(t, writer, numbered(invoices, 0, 10, 2)...)
			r.until(t, "what is behind the gap", r.has(len(test.want)))
			if got := r.values(part); !slices.Equal(got, test.want) || r.fenced > 0 {
				t.Errorf("got %v, %d fenced, want %v", got, r.fenced, test.want)
			}
			ends, err := r.Ends(t.Context())
			if err != nil || ends.Next[part] != 12 {
				t.Errorf("got ends %+v, %v, want the partition's known again", ends, err)
			}
		})
	}
}
