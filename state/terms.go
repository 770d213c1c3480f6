package state

import (
	"fmt"
	"strconv"
	"strings"
)

// Terms are when an invoice falls due by a named convention of trade, and until when a discount is granted. Due dates are
// as written: rolling them to a business day is the ledger's affair.
type Terms struct {
	rule     termsRule
	days     int // days, months, or the day of the month, as the rule has it
	discount int // days from issue; 0: none
}

type termsRule uint8

const (
	termsNet            termsRule = iota // days after issue
	termsDelivery                        // days after delivery
	termsReceipt                         // days after receipt
	termsMonthEndPlus                    // end of the month of issue, then days
	termsPlusMonthEnd                    // days after issue, then the end of that month
	termsFollowingMonth                  // that day of the month after issue, at most its last
	termsMonths                          // months after issue, at most the month's last day
)

// ParseTerms reads NET30, DEL30, RCV30, EOM+30, 30EOM, MFI15, +1M or 2/10 n30. Spaces and case do not matter.
func ParseTerms(text string) (Terms, error) {
	compact := strings.ToUpper(strings.Join(strings.Fields(text), ""))
	for _, form := range [...]struct {
		prefix, suffix string
		rule           termsRule
	}{
		{"NET", "", termsNet},
		{"DEL", "", termsDelivery},
		{"RCV", "", termsReceipt},
		{"EOM+", "", termsMonthEndPlus},
		{"", "EOM", termsPlusMonthEnd},
		{"MFI", "", termsFollowingMonth},
		{"+", "M", termsMonths},
	} {
		rest, hasPrefix := strings.CutPrefix(compact, form.prefix)
		rest, hasSuffix := strings.CutSuffix(rest, form.suffix)
		if n, ok := parseCount(rest); ok && hasPrefix && hasSuffix {
			return Terms{rule: form.rule, days: n}, nil
		}
	}
	if t, ok := parseDiscount(compact); ok {
		return t, nil
	}
	return Terms{}, fmt.Errorf("terms %q: none of NET30, DEL30, RCV30, EOM+30, 30EOM, MFI15, +1M, 2/10n30", text)
}

// parseDiscount reads 2/10N30: two percent off until 10 days, due after 30.
func parseDiscount(compact string) (Terms, bool) {
	percent, rest, found := strings.Cut(compact, "/")
	discount, net, foundNet := strings.Cut(rest, "N")
	net = strings.TrimPrefix(net, "ET")
	_, err := strconv.ParseFloat(percent, 64)
	until, ok := parseCount(discount)
	due, dueOK := parseCount(net)
	if !found || !foundNet || err != nil || !ok || !dueOK {
		return Terms{}, false
	}
	return Terms{rule: termsNet, days: due, discount: until}, true
}

// parseCount reads a plain number of up to four digits.
func parseCount(text string) (int, bool) {
	if len(text) == 0 || len(text) > 4 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// Due is the due date of an invoice issued on a date; received is the day of delivery or receipt, which only DEL and RCV
// read. It is "none" where the terms count from a day that is not known.
func (t Terms) Due(issue, received Date) Date {
	if t.rule == termsDelivery || t.rule == termsReceipt {
		issue = received
	}
	if issue == 0 {
		return 0
	}
	switch t.rule {
	case termsMonthEndPlus:
		return issue.EndOfMonth() + Date(t.days)
	case termsPlusMonthEnd:
		return (issue + Date(t.days)).EndOfMonth()
	case termsFollowingMonth:
		next := issue.EndOfMonth() + 1
		return min(next+Date(max(t.days, 1)-1), next.EndOfMonth())
	case termsMonths:
		return issue.AddMonths(t.days)
	default:
		return issue + Date(t.days)
	}
}

// DiscountUntil is the last day of the discount for early payment; "none" without one.
func (t Terms) DiscountUntil(issue Date) Date {
	if t.discount == 0 {
		return 0
	}
	return issue + Date(t.discount)
}
