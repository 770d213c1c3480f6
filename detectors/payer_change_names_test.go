package detectors

import (
	"strings"
	"testing"
)

func TestNamesAreComparedWholeWithoutCasePunctuationAndLegalForms(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Acme Trading Ltd", "ACME TRADING LIMITED", true},
		{"Acme Trading Co., Ltd.", "acme-trading", true},
		{"Acme Trading GmbH & Co. KG", "Acme Trading", true},
		{"Müller Maschinenbau GmbH", "MÜLLER MASCHINENBAU G.m.b.H.", true},
		{"Beispiel UG (haftungsbeschränkt)", "Beispiel", true},
		{"Rossi S.p.A.", "ROSSI SPA", true},
		{"Rossi S. p. A.", "Rossi", true},
		{"Nordic Fish A/S", "Nordic Fish", true},
		{"Kowalski Sp. z o.o.", "Kowalski", true},
		{"Comercial del Norte, S. de R.L. de C.V.", "Comercial del Norte", true},
		{"PT Sumber Jaya Tbk", "Sumber Jaya", true},
		{"ООО Ромашка", "РОМАШКА", true},
		{"深圳市宏达电子有限公司", "深圳市宏达电子股份有限公司", true},
		{"上海宏达（中国）有限公司", "上海宏达(中国)有限公司", true},
		{"株式会社山田", "山田 株式会社", true},
		{"（株）山田", "山田", true},
		{"ＡＢＣ Trading", "abc trading", true},
		{"A B C Trading", "ABC Trading", true},
		{"O'Brien & Sons", "OBrien and Sons", false},
		{"Acme Trading", "Acme Trading East", false},
		{"Acme", "Acme Holding", false},
		{"Smith", "Smyth", false},
		{"AG Foods", "Foods", false},
		{"深圳市宏达电子有限公司", "深圳市宏达电子集团有限公司", false},
		{"제주", "제", false},
		{"(주)한빛", "한빛", true},
		{"Limited", "Company", false},
		{"有限公司", "株式会社", false},
		{"Co., Ltd", "Co", true},
	} {
		if got := plainName(c.a) == plainName(c.b); got != c.same {
			t.Errorf("%s and %s: same %v, want %v (%q, %q)", c.a, c.b, got, c.same, plainName(c.a), plainName(c.b))
		}
	}
	if got := plainName(" .,- "); got != "" {
		t.Errorf("punctuation alone: got %q, want nothing", got)
	}
}

// A line of the list that could not be found in a name would be there in vain.
func TestLegalFormsAreWrittenAsNamesAreRead(t *testing.T) {
	for _, list := range forms.after {
		for _, form := range list {
			text := "Example " + strings.Join(form, " ")
			if got := plainName(text); got != "example" {
				t.Errorf("%s: got %q, want example", text, got)
			}
		}
	}
	for _, list := range forms.before {
		for _, form := range list {
			text := strings.Join(form, " ") + " Example"
			if got := plainName(text); got != "example" {
				t.Errorf("%s: got %q, want example", text, got)
			}
		}
	}
	for _, form := range forms.end {
		if got := plainName("宏达 " + form); got != "宏达" {
			t.Errorf("%s: got %q", form, got)
		}
	}
}
