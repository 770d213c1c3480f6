package erp

import (
	"errors"
	"fmt"
	"strings"
)

// maxDigits bounds an amount: so many digits fit an int64 whatever they are.
const maxDigits = 18

// numbers reads amounts as the mapping says they are written.
type numbers struct{ decimal, thousands rune }

// noScale is the scale of an amount whose currency is not known: any number of decimals will do.
const noScale = -1

var (
	errShortened = errors.New("was shortened by a spreadsheet; export the column as text or with all digits")
	errTooLarge  = fmt.Errorf("has more than %d digits", maxDigits)
)

// parse reads an amount in minor units of a currency with scale decimals. A minus stands before or behind it, or it stands
// in parentheses. White space does not matter.
func (n numbers) parse(text string, scale int) (minor int64, err error) {
	digits, negative := unsigned(text)
	whole, fraction, pointed := strings.Cut(digits, string(n.decimal))
	if whole == "" && pointed {
		whole = "0" // .50
	}
	grouped := n.ungroup(whole)
	switch {
	case strings.ContainsAny(digits, "eE") && strings.Trim(digits, "0123456789.,eE+-") == "":
		return 0, errShortened
	case grouped == "" || pointed && !onlyDigits(fraction):
		return 0, n.wrong()
	}
	if scale == noScale {
		return 0, nil
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > scale {
		if len(fraction) == 1 {
			return 0, errors.New("has a decimal, and its currency has none")
		}
		return 0, fmt.Errorf("has %d decimals, more than the %d of its currency", len(fraction), scale)
	}
	all := strings.TrimLeft(grouped+fraction+strings.Repeat("0", scale-len(fraction)), "0")
	if len(all) > maxDigits {
		return 0, errTooLarge
	}
	for _, d := range []byte(all) {
		minor = minor*10 + int64(d-'0')
	}
	if negative {
		minor = -minor
	}
	return minor, nil
}

// wrong says what a number should look like.
func (n numbers) wrong() error {
	if n.thousands == 0 {
		return fmt.Errorf("is not a number such as 1234%c56", n.decimal)
	}
	return fmt.Errorf("is not a number such as 1%c234%c56", n.thousands, n.decimal)
}

// unsigned takes the sign off an amount.
func unsigned(text string) (digits string, negative bool) {
	text = strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(text, "("); ok {
		if inner, ok = strings.CutSuffix(inner, ")"); ok {
			return strings.TrimSpace(inner), true
		}
	}
	for _, minus := range []string{"-", "\u2212"} {
		if rest, ok := strings.CutPrefix(text, minus); ok {
			return strings.TrimSpace(rest), true
		}
		if rest, ok := strings.CutSuffix(text, minus); ok {
			return strings.TrimSpace(rest), true
		}
	}
	if rest, ok := strings.CutPrefix(text, "+"); ok {
		return strings.TrimSpace(rest), false
	}
	return text, false
}

// ungroup takes the separators out of the whole part of a number; empty where it is none. Groups are of three digits, or of
// two before the last, as India writes them: 12,34,567. So 1.50 is never taken for 150.
func (n numbers) ungroup(whole string) string {
	if n.thousands == 0 || onlyDigits(whole) {
		if onlyDigits(whole) {
			return whole
		}
		return ""
	}
	groups := strings.FieldsFunc(whole, n.separates)
	if strings.Count(strings.Map(n.plain, whole), "\x00") != len(groups)-1 {
		return "" // two in a row, or one at an end
	}
	for i, g := range groups {
		if !onlyDigits(g) || i == 0 && len(g) > 3 || i > 0 && len(g) != 3 && (len(g) != 2 || i == len(groups)-1) {
			return ""
		}
	}
	return strings.Join(groups, "")
}

// separates tells whether a character separates groups. Spaces and apostrophes have more than one form.
func (n numbers) separates(c rune) bool {
	switch n.thousands {
	case ' ':
		return c == ' ' || c == '\u00A0' || c == '\u202F'
	case '\'':
		return c == '\'' || c == '’'
	}
	return c == n.thousands
}

func (n numbers) plain(c rune) rune {
	if n.separates(c) {
		return 0
	}
	return c
}

func onlyDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}
