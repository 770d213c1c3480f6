package detectors

import (
	"testing"

	"tocsin/state"
)

func currency(t testing.TB, code string) state.Currency {
	t.Helper()
	c, ok := state.ParseCurrency(code)
	if !ok {
		t.Fatalf("no currency %s", code)
	}
	return c
}

func TestMaterialHoldsBothLegsExactly(t *testing.T) {
	eur, jpy, kwd := currency(t, "EUR"), currency(t, "JPY"), currency(t, "KWD")
	m := DefaultMateriality()
	m.AmountByCurrency = map[state.Currency]int64{jpy: 50_000}
	for _, c := range []struct {
		name     string
		ar       int64
		currency state.Currency
		want     int64 // smallest material amount
	}{
		{"the amount alone", 49_999_99, eur, 500_00},
		{"the amount at 1 % to the cent", 50_000_00, eur, 500_00},
		{"a cent more owed, rounded up", 50_000_01, eur, 500_01},
		{"the share, not rounded down", 1_000_000_01, eur, 10_000_01},
		{"the share", 1_000_000_00, eur, 10_000_00},
		{"three decimals", 1, kwd, 500_000},
		{"an amount of its own, no decimals", 1, jpy, 50_000},
		{"nothing owed", 0, eur, 500_00},
	} {
		if got := m.M(c.ar, c.currency); got != c.want {
			t.Errorf("%s: M = %d, want %d", c.name, got, c.want)
		}
		if m.Material(c.want-1, c.ar, c.currency) || !m.Material(c.want, c.ar, c.currency) {
			t.Errorf("%s: %d is not where it begins", c.name, c.want)
		}
	}
}

func TestNothingIsNeverMaterial(t *testing.T) {
	if (Materiality{}).Material(0, 0, currency(t, "EUR")) {
		t.Error("an amount of 0 counts")
	}
}
