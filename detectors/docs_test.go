package detectors

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestSignsAreSound(t *testing.T) {
	if err := Validate(Defaults()); err != nil {
		t.Fatal(err)
	}
}

func TestValidateRefusesAProgrammersErrors(t *testing.T) {
	twice := append(Defaults(), Defaults()[0])
	if Validate(twice) == nil {
		t.Error("a signal that stands twice passes")
	}
	nameless := Defaults()
	nameless[0].Sign = &Sign{Signal: "Bad Name", Title: "x", Inputs: 1, ClearedBy: 1}
	if Validate(nameless) == nil {
		t.Error("a name with blanks passes")
	}
}

func TestDocIsWhatUsersRead(t *testing.T) {
	for _, d := range All() {
		name, text := reflect.TypeOf(d).Elem().Name(), Doc(d)
		if !strings.HasPrefix(text, name+" raises ") {
			t.Errorf("%s: the doc comment begins %.40q", name, text)
		}
		if !strings.Contains(text, "stays silent") {
			t.Errorf("%s does not say when it stays silent", name)
		}
		if strings.Contains(text, "//") || strings.HasSuffix(text, "\n") {
			t.Errorf("%s: comment signs or blank lines are left in %q", name, text)
		}
	}
	if got, want := strings.SplitN(Doc(NewOverdue()), "\n", 2)[0], "Overdue raises when a material due line of an invoice stays unpaid past its due date."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDocNamesParametersAsTheConfigurationDoes(t *testing.T) {
	for _, d := range All() {
		text, fields := Doc(d), reflect.TypeOf(d).Elem()
		for i := range fields.NumField() {
			if name := fields.Field(i).Name; regexp.MustCompile(`\b` + name + `\b`).MatchString(text) {
				t.Errorf("%s: the text that users read names the field %s", d.Sign().Signal, name)
			}
		}
	}
	if text := Doc(NewOverdueRatio()); !strings.Contains(text, "fewer than min_invoices_count unsettled invoices") {
		t.Errorf("got %s", text)
	}
}

func TestActionsHaveSignalsLevelsAndReasonsThatExist(t *testing.T) {
	for o, codes := range recommended {
		r := rule(t, o.signal)
		known := o.reason == "" || o.reason == reasonDefault || o.reason == reasonHard || slices.Contains(r.Sign.Reasons, o.reason)
		if !known || len(codes) == 0 {
			t.Errorf("%v: %v", o, codes)
		}
		for _, code := range codes {
			if !snake.MatchString(code) {
				t.Errorf("%v: %q is no code", o, code)
			}
		}
	}
}
