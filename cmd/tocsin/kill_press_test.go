//go:build kill

package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
	"tocsin/state/sqlite"
)

// What somebody does in Slack is done once, whether the process that has heard of it dies before it could store that, or as soon as Slack
// knows that it has come in: then it is stored.
func TestAPressIsNotLostWhenItsProcessIsKilled(t *testing.T) {
	owed := oweCase(t)
	binary := buildTocsin(t, "")
	for _, stored := range []bool{false, true} {
		t.Run(fmt.Sprint("stored ", stored), func(t *testing.T) {
			s := owed.story(binary, killedAt{})
			defer s.close()
			must(t, s.open())
			press, err := s.fake.Press("U0ANA", s.fake.Messages()[0], alerts.Acknowledge.String())
			must(t, err)
			if !stored {
				s.hold()
			}
			delivered := make(chan error, 1)
			ctx, cancel := context.WithTimeout(t.Context(), soonEnough)
			defer cancel()
			go func() { delivered <- s.fake.Deliver(ctx, press) }()
			if stored {
				must(t, <-delivered)
				s.end()
				s.wantDeeds(t, "ana acknowledge slack")
				must(t, s.begin())
			} else {
				select {
				case err := <-delivered:
					t.Fatalf("Slack is told that it has come in, %v, and it cannot have been stored", err)
				case <-time.After(time.Second): // for the process to hear of it
				}
				s.end()
				s.release()
				s.wantDeeds(t)
				must(t, s.begin())
				must(t, <-delivered)
			}
			must(t, s.settles("the message shows it", func() bool {
				all := s.fake.Messages()
				return len(all) == 1 && strings.Contains(string(all[0].Blocks), "acknowledged by `ana`")
			}))
			must(t, s.fake.Deliver(ctx, press)) // and once more
			s.wantDeeds(t, "ana acknowledge slack")
		})
	}
}

// wantDeeds wants the audit of the store to tell of these acts of people.
func (s *sendStory) wantDeeds(t *testing.T, want ...string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), s.path, readStore)
	must(t, err)
	defer store.Close()
	rows, err := store.Audit(t.Context(), 0, 1000)
	must(t, err)
	var got []string
	for _, r := range rows {
		if r.Via != state.ViaProcess {
			got = append(got, fmt.Sprintf("%s %s %s", r.By, r.Deed, r.Via))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the audit tells %q, want %q", got, want)
	}
}
