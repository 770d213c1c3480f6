package erp

import (
	"fmt"
	"strings"
	"time"

	"tocsin/state"
)

// CheckDateForm refuses what is no form of a date: it must show year, month and day, and nothing that a date does not tell.
func CheckDateForm(form string) error {
	for _, day := range []time.Time{
		time.Date(2006, 11, 23, 0, 0, 0, 0, time.UTC), time.Date(2031, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC),
	} {
		if back, err := time.Parse(form, day.Format(form)); err != nil || !back.Equal(day) {
			return fmt.Errorf("%q is no form of a date: write 2 January 2006 as the export would, such as 02.01.2006, 01/02/2006, 20060102 or 02-Jan-2006", form)
		}
	}
	return nil
}

// parseDate reads a date in the first form that fits.
func parseDate(text string, forms []string) (state.Date, error) {
	for _, form := range forms {
		t, err := time.Parse(form, text)
		if err != nil {
			continue
		}
		year, month, day := t.Date()
		d := state.DateOf(year, int(month), day)
		if d < state.MinDate || d > state.MaxDate {
			return 0, fmt.Errorf("is not between %s and %s", state.MinDate, state.MaxDate)
		}
		return d, nil
	}
	if len(forms) == 1 {
		return 0, fmt.Errorf("is not a date as %s says", forms[0])
	}
	return 0, fmt.Errorf("is not a date as any of %s says", strings.Join(forms, ", "))
}
