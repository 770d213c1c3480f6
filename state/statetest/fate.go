package statetest

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
)

// Merges adds up to n merges to a history: of customers into one another, also into themselves, in circles and into somebody
// unknown, with higher revisions that name somebody else, and dates long past, today and still ahead.
func Merges(t *rapid.T, days []Day, n int, customers ...state.CustomerID) {
	ids := rapid.SampledFrom(customers)
	for range rapid.IntRange(0, n).Draw(t, "merges") {
		day := &days[rapid.IntRange(0, len(days)-1).Draw(t, "day")]
		day.Events = append(day.Events, state.Event{
			Kind: state.KindMerged, Customer: ids.Draw(t, "ends"),
			Stamp: state.Stamp{
				Revision: int64(rapid.IntRange(1, 3).Draw(t, "revision")), Time: state.Instant(Start) * 86400e9, ID: "merged", Source: "urn:crm",
			},
			KnownAt: day.Date.Start(time.UTC) + state.Instant(rapid.IntRange(0, 86399).Draw(t, "second"))*1e9,
			Body: &state.Merged{
				Into:      ids.Draw(t, "heir"),
				MergeDate: day.Date + state.Date(rapid.SampledFrom([]int{-400, 0, 0, 1, 5, 40}).Draw(t, "date")),
			},
		})
	}
}

// Erasures adds to a few histories erasures of one customer or two, some of them on the same day.
func Erasures(t *rapid.T, days []Day, customers ...state.CustomerID) {
	for range rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "erasures") {
		day := &days[rapid.IntRange(0, len(days)-1).Draw(t, "day")]
		day.Events = append(day.Events, state.Event{
			Kind: state.KindErased, Customer: rapid.SampledFrom(customers).Draw(t, "erased"),
			Stamp:   state.Stamp{Revision: 1, Time: state.Instant(Start) * 86400e9, ID: "erased", Source: "urn:crm"},
			KnownAt: day.Date.Start(time.UTC) + state.Instant(rapid.IntRange(0, 86399).Draw(t, "second"))*1e9,
			Body:    &state.Erased{EraseDate: day.Date + state.Date(rapid.SampledFrom([]int{-40, 0, 0, 1, 5}).Draw(t, "date"))},
		})
	}
}

// WithoutConflicts leaves of a history in which somebody is erased one content of each revision: which of two stands may be
// decided by a text that an erasure takes, and one that has lost is in no journal. It leaves no word of a register either: what
// waits under an identifier goes with the last customer who has it, and whether another one has it yet is a matter of order.
func WithoutConflicts(days []Day) []Day {
	erases, seen := false, make(map[string]bool)
	for i := range days {
		erases = erases || slices.ContainsFunc(days[i].Events, func(ev state.Event) bool { return ev.Kind == state.KindErased })
	}
	for i := range days {
		days[i].Events = slices.DeleteFunc(days[i].Events, func(ev state.Event) bool {
			register := fmt.Sprintf("%s %d %s %d", ev.Customer, ev.Kind, ev.Body.Key(), ev.Revision)
			again := seen[register]
			seen[register] = true
			return erases && (again || ev.Kind == state.KindRegistry)
		})
	}
	return days
}
