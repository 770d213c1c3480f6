package alerts

import (
	"strings"
	"time"

	"tocsin/state"
)

// write is a fact's value as people read it.
func (l *Language) write(value string, u unit, currency state.Currency) string {
	if value == "" {
		return l.undefined
	}
	switch u {
	case asMoney:
		return l.money(value, currency)
	case asPercent:
		return l.Percent(value)
	case asDate:
		if day, ok := state.ParseDate(value); ok {
			return l.Date(day)
		}
		return value
	case asCode:
		return l.code(value)
	case asWord:
		return plainly(value)
	case asNumber:
		return whole(value)
	default:
		return value
	}
}

// whole is a number without its decimal, where that is 0.
func whole(number string) string {
	if at := len(number) - 2; at > 0 && number[at:] == ".0" {
		return number[:at]
	}
	return number
}

// code is a value that is one of a closed list, or several of them with how often each, as "cheque 3, bill 1".
func (l *Language) code(value string) string {
	parts := strings.Split(value, ", ")
	for i, part := range parts {
		word, count, counted := strings.Cut(part, " ")
		text, ok := l.codes[word]
		switch {
		case !ok:
			text = plainly(part)
		case counted:
			text += " " + count
		}
		parts[i] = text
	}
	return l.List(parts)
}

// Amount is money as people read it, "EUR 285,120.50" in English; empty for none.
func (l *Language) Amount(m state.Money) string {
	if !m.Told() {
		return ""
	}
	return l.money(m.String(), m.Currency)
}

// money is a decimal amount, in a currency where that is known.
func (l *Language) money(decimal string, currency state.Currency) string {
	if currency == 0 {
		return thousands(decimal)
	}
	return strings.NewReplacer("{currency}", currency.String(), "{number}", thousands(decimal)).Replace(l.forms.amount)
}

// thousands sets commas into the digits before the point of a decimal number.
func thousands(decimal string) string {
	digits, negative := strings.CutPrefix(decimal, "-")
	whole, rest, point := strings.Cut(digits, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if point {
		whole += "." + rest
	}
	if negative {
		whole = "-" + whole
	}
	return whole
}

// Percent is a ratio with three decimals as a percentage with one: 1.140 is 114.0 % in English.
func (l *Language) Percent(ratio string) string {
	positive, negative := strings.CutPrefix(ratio, "-")
	whole, rest, _ := strings.Cut(positive, ".")
	if len(rest) != 3 {
		return ratio
	}
	digits := strings.TrimLeft(whole+rest[:2], "0")
	if digits == "" {
		digits = "0"
	}
	if negative {
		digits = "-" + digits
	}
	return strings.ReplaceAll(l.forms.percent, "{number}", digits+"."+rest[2:])
}

// Date is a day; empty for none.
func (l *Language) Date(day state.Date) string {
	if day == 0 {
		return ""
	}
	year, month, ofMonth := day.Civil()
	return time.Date(year, time.Month(month), ofMonth, 0, 0, 0, 0, time.UTC).Format(l.forms.date)
}

// Instant is a moment, to the minute, in UTC.
func (l *Language) Instant(at state.Instant) string { return at.Time().Format(l.forms.instant) }
