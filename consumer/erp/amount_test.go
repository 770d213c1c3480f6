package erp

import (
	"strings"
	"testing"
)

func TestAmountsAreReadAsTheyAreWritten(t *testing.T) {
	german, english, swiss := numbers{',', '.'}, numbers{'.', ','}, numbers{'.', '\''}
	french, plain := numbers{',', ' '}, numbers{'.', 0}
	tests := []struct {
		numbers numbers
		text    string
		scale   int
		want    int64
	}{
		{german, "1.234,56", 2, 123456},
		{german, "1.234.567,8", 2, 123456780},
		{german, "1234,56", 2, 123456},
		{german, "1.234", 2, 123400},
		{german, "12,5-", 2, -1250},
		{german, "12,50 -", 2, -1250},
		{german, "-12,50", 2, -1250},
		{german, "\u221212,50", 2, -1250},
		{german, "(1.000,00)", 2, -100000},
		{german, "+7", 2, 700},
		{german, ",50", 2, 50},
		{german, "0,00", 2, 0},
		{english, "1,234.56", 2, 123456},
		{english, "12,34,567.00", 2, 123456700}, // India
		{english, "1,250,000", 0, 1250000},
		{english, "1,250,000.00", 0, 1250000}, // decimals that are none
		{english, "1.234", 3, 1234},
		{english, "1.2340", 3, 1234},
		{swiss, "1'234.56", 2, 123456},
		{swiss, "1’234.56", 2, 123456},
		{french, "1 234,56", 2, 123456},
		{french, "1\u00A0234,56", 2, 123456},
		{french, "1\u202F234,56", 2, 123456},
		{plain, "1234.56", 2, 123456},
		{plain, "000123", 2, 12300},
		{plain, "999999999999999.999", 3, 999999999999999999},
	}
	for _, tt := range tests {
		if got, err := tt.numbers.parse(tt.text, tt.scale); err != nil || got != tt.want {
			t.Errorf("%q with %q and %q: got %d, %v, want %d", tt.text, tt.numbers.decimal, tt.numbers.thousands, got, err, tt.want)
		}
	}
}

// What could be read in two ways is read in none.
func TestAmountsThatCouldBeAnotherAreRefused(t *testing.T) {
	german, english, plain := numbers{',', '.'}, numbers{'.', ','}, numbers{'.', 0}
	tests := []struct {
		numbers numbers
		text    string
		scale   int
		want    string
	}{
		{german, "1.50", 2, "not a number such as 1.234,56"},
		{german, "1,234.56", 2, "not a number such as 1.234,56"},
		{german, "1234.567,00", 2, "not a number"},
		{german, "1..234,00", 2, "not a number"},
		{german, ".234,00", 2, "not a number"},
		{german, "1.234.,00", 2, "not a number"},
		{german, "1,2,3", 2, "not a number"},
		{german, "1,", 2, "not a number"},
		{german, "--1", 2, "not a number"},
		{german, "-1-", 2, "not a number"},
		{german, "(1", 2, "not a number"},
		{german, "-", 2, "not a number"},
		{german, "EUR 5", 2, "not a number"},
		{german, "1,005", 2, "3 decimals, more than the 2"},
		{english, "0.5", 0, "has a decimal, and its currency has none"},
		{english, "1,23", 2, "not a number"},
		{plain, "1,234", 2, "not a number such as 1234.56"},
		{plain, "1.2E+06", 2, "shortened by a spreadsheet"},
		{plain, "１２", 2, "not a number"},
		{plain, "1000000000000000000", 0, "more than 18 digits"},
		{plain, "10000000000000000", 2, "more than 18 digits"},
	}
	for _, tt := range tests {
		got, err := tt.numbers.parse(tt.text, tt.scale)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %d, %v, want %q", tt.text, got, err, tt.want)
		}
	}
}
