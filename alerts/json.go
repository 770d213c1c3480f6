package alerts

import (
	"strconv"
	"unicode/utf8"

	"tocsin/detectors"
	"tocsin/state"
)

// Records are written by hand, member by member, because their bytes are a promise: the same transition is the same line
// on every run and in every version, and nothing is escaped that need not be.

// appendMember appends a member's name; the first of an object needs no comma.
func appendMember(b []byte, name string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return append(append(append(b, '"'), name...), '"', ':')
}

func appendStringMember(b []byte, name, value string) []byte {
	return appendText(appendMember(b, name), value)
}

// appendOptional appends a text member, null for an empty one.
func appendOptional(b []byte, name, value string) []byte {
	if value == "" {
		return append(appendMember(b, name), "null"...)
	}
	return appendStringMember(b, name, value)
}

func appendNumberMember(b []byte, name string, n int64) []byte {
	return strconv.AppendInt(appendMember(b, name), n, 10)
}

func appendLevelMember(b []byte, name string, l detectors.Level) []byte {
	return appendStringMember(b, name, l.String())
}

// appendDateMember appends a date, null for none.
func appendDateMember(b []byte, name string, d state.Date) []byte {
	return appendOptional(b, name, d.String())
}

// appendInstantMember appends an instant in UTC, null for none.
func appendInstantMember(b []byte, name string, at state.Instant) []byte {
	if at == 0 {
		return appendOptional(b, name, "")
	}
	return appendStringMember(b, name, at.String())
}

// appendMoneyMember appends an amount, null for one that is not told.
func appendMoneyMember(b []byte, name string, m state.Money) []byte {
	b = appendMember(b, name)
	if !m.Told() {
		return append(b, "null"...)
	}
	b = appendStringMember(append(b, '{'), "amount", m.String())
	return append(appendStringMember(b, "currency", m.Currency.String()), '}')
}

// appendSums appends amounts, each with its currency.
func appendSums(b []byte, sums []state.Money) []byte {
	return appendList(b, sums, func(b []byte, m *state.Money) []byte {
		b = appendStringMember(append(b, '{'), "amount", m.String())
		return append(appendStringMember(b, "currency", m.Currency.String()), '}')
	})
}

func appendTextsMember(b []byte, name string, texts []string) []byte {
	return appendList(appendMember(b, name), texts, func(b []byte, text *string) []byte { return appendText(b, *text) })
}

// appendList appends an array, empty for none.
func appendList[T any](b []byte, list []T, element func([]byte, *T) []byte) []byte {
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = element(b, &list[i])
	}
	return append(b, ']')
}

// appendGrounds appends the members that tell of a transition's grounds.
func appendGrounds(b []byte, d *detectors.Detail) []byte {
	b = appendList(appendMember(b, "facts"), d.Facts, appendFact)
	b = appendMoneyMember(b, "money_at_risk", d.MoneyAtRisk)
	b = appendList(appendMember(b, "clears_if"), d.ClearsIf, func(b []byte, r *detectors.Remedy) []byte { return appendRemedy(b, r, d) })
	b = appendTextsMember(b, "actions", d.Actions)
	return appendTextsMember(b, "evidence", d.Evidence)
}

func appendFact(b []byte, f *detectors.Fact) []byte {
	b = appendStringMember(append(b, '{'), "name", f.Name)
	b = appendStringMember(b, "value", f.Value)
	if f.Threshold != "" {
		b = appendStringMember(b, "threshold", f.Threshold)
	}
	return append(b, '}')
}

func appendRemedy(b []byte, r *detectors.Remedy, d *detectors.Detail) []byte {
	b = appendStringMember(append(b, '{'), "do", r.Do)
	if r.Do == detectors.ByCondition {
		b = appendStringMember(b, "condition", d.Conditions[r.To])
	}
	b = appendMoneyMember(b, "amount", r.Amount)
	return append(appendLevelMember(b, "to", r.To), '}')
}

// appendText appends a JSON string. Only what JSON forbids is escaped; bytes that are no UTF-8 become U+FFFD.
func appendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r == '\t':
			b = append(b, '\\', 't')
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
