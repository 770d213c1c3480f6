package erp

import (
	"strings"
	"testing"

	"tocsin/state"
)

func TestDatesAreReadInTheirForms(t *testing.T) {
	november := state.DateOf(2026, 11, 3)
	tests := []struct {
		text  string
		forms []string
		want  state.Date
	}{
		{"03.11.2026", []string{"02.01.2006"}, november},
		{"3.11.2026", []string{"2.1.2006"}, november},
		{"11/03/2026", []string{"01/02/2006"}, november},
		{"20261103", []string{"20060102"}, november},
		{"2026-11-03", []string{"2006-01-02"}, november},
		{"03-NOV-2026", []string{"02-Jan-2006"}, november},
		{"03-Nov-26", []string{"02-Jan-06"}, november},
		{"2026-11-03 00:00:00", []string{"2006-01-02 15:04:05"}, november},
		{"2026年11月3日", []string{"2006年1月2日"}, november},
		{"20261103", []string{"02.01.2006", "20060102"}, november},
		{"29.02.2028", []string{"02.01.2006"}, state.DateOf(2028, 2, 29)},
	}
	for _, tt := range tests {
		if got, err := parseDate(tt.text, tt.forms); err != nil || got != tt.want {
			t.Errorf("%q as %q: got %s, %v, want %s", tt.text, tt.forms, got, err, tt.want)
		}
	}
}

func TestDatesThatAreNoneAreRefused(t *testing.T) {
	tests := []struct {
		text  string
		forms []string
		want  string
	}{
		{"32.13.2026", []string{"02.01.2006"}, "is not a date as 02.01.2006 says"},
		{"29.02.2026", []string{"02.01.2006"}, "is not a date as 02.01.2006 says"},
		{"03.11.26", []string{"02.01.2006"}, "is not a date"},
		{"03.11.2026x", []string{"02.01.2006"}, "is not a date"},
		{"45987", []string{"02.01.2006", "20060102"}, "is not a date as any of 02.01.2006, 20060102 says"},
		{"31.12.9999", []string{"02.01.2006"}, "is not between 1970-01-01 and 2199-12-31"},
		{"31.12.1969", []string{"02.01.2006"}, "is not between"},
	}
	for _, tt := range tests {
		if got, err := parseDate(tt.text, tt.forms); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %s, %v, want %q", tt.text, got, err, tt.want)
		}
	}
}

func TestFormsThatAreNoDatesAreRefused(t *testing.T) {
	for _, form := range []string{"02.01.2006", "2.1.2006", "01/02/2006", "20060102", "02-Jan-2006", "2006-01-02T15:04:05", "Mon 02.01.06"} {
		if err := CheckDateForm(form); err != nil {
			t.Errorf("%s: got %v, want it taken", form, err)
		}
	}
	for _, form := range []string{"", "DD.MM.YYYY", "02.13.2006", "2006", "02.2006", "15:04", "01.01.2006"} {
		if CheckDateForm(form) == nil {
			t.Errorf("%q is taken, want it refused", form)
		}
	}
}
