package state

import (
	"slices"
	"testing"
)

func TestEveryInputHasAName(t *testing.T) {
	if got := AllInputs.Names(); len(got) != 9 || got[0] != "orders" || got[8] != "rates" {
		t.Errorf("got %v", got)
	}
	if got, want := (InputLimits | InputConduct).Names(), []string{"limits", "conduct"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for bit := Inputs(1); bit <= AllInputs; bit <<= 1 {
		if len(bit.Names()) != 1 {
			t.Errorf("input %b has no name", bit)
		}
	}
}
