package alerts

import (
	"testing"

	"tocsin/state"
)

// An earlier program stops at a record or journal row whose own version it does not know. What this package encodes inside them is
// not asked before: its versions change with theirs, never alone. A line is added to these with each version of the record or row.
func TestEncodingsInsideARecordChangeWithItsVersion(t *testing.T) {
	record := state.AppendRecord(nil, &state.Record{Customer: state.NewCustomer("C-1")})[0]
	if got, want := [2]byte{memoryVersion, toldVersion}, map[byte][2]byte{1: {1, 1}, 2: {1, 1}, 3: {2, 1}, 4: {3, 2}, 5: {5, 2}, 6: {5, 2}, 7: {6, 3}, 8: {7, 3}, 9: {7, 3}}[record]; got != want {
		t.Errorf("record version %d holds episodes and counters of versions %v, want %v", record, got, want)
	}
	row := state.AppendApplied(nil, &state.Applied{})[0]
	if got, want := byte(decisionVersion), map[byte]byte{1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 4, 7: 5}[row]; got != want {
		t.Errorf("journal row version %d holds decisions of version %d, want %d", row, got, want)
	}
}
