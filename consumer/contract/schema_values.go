package contract

import (
	"slices"
	"strconv"

	"tocsin/state"
)

// schemas makes JSON Schemas and remembers to which definitions they refer.
type schemas struct {
	at   string // where the definitions stand, as the beginning of a reference
	used []string
}

// Patterns of values. A year or an offset that takes an instant over the bounds of the contract is left to the decoder.
const (
	datePattern = `^(19[7-9][0-9]|20[0-9]{2}|21[0-9]{2})-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|` +
		`(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))$`
	instantPattern = `^(1969-12-31|(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])-[0-3][0-9]|2200-01-01)[Tt]` +
		`([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	decimalPattern = `^(0|[1-9][0-9]*)(\.[0-9]+)?$`
	uriPattern     = `^([!#$&-;=?-\[\]_a-z~]|%[0-9A-Fa-f]{2})+$`
)

// value is the schema of a member; one that is not required may be null.
func (s *schemas) value(f *field) ordered {
	described := ordered{}
	if f.doc != "" {
		described = ordered{{"description", f.doc}}
	}
	v := append(described, s.plain(f)...)
	if f.required || f.kind == kindAny {
		return v
	}
	return orNull(v)
}

// plain is the schema of a member's values other than null.
func (s *schemas) plain(f *field) ordered {
	text := ordered{{"type", "string"}, {"maxLength", MaxString}}
	switch f.kind {
	case kindText, kindSubject:
		return text
	case kindID:
		return ordered{{"type", "string"}, {"minLength", 1}, {"maxLength", MaxID}}
	case kindDate:
		return ordered{{"type", "string"}, {"format", "date"}, {"pattern", datePattern}}
	case kindInstant:
		return append(text, member{"format", "date-time"}, member{"pattern", instantPattern})
	case kindInteger:
		return ordered{{"type", "integer"}, {"minimum", f.low}, {"maximum", f.high}}
	case kindBool:
		return ordered{{"type", "boolean"}}
	case kindDecimal:
		return text.with("pattern", f.decimalPattern())
	case kindSource:
		return text.with("pattern", uriPattern)
	case kindMoney:
		return ordered{{"allOf", []ordered{s.ref("money")}}}
	case kindLimitAmount:
		return ordered{{"anyOf", []ordered{s.ref("money"), {{"type", "null"}}}}}
	case kindCurrency:
		return ordered{{"type", "string"}, {"enum", scalars(currencies(func(int) bool { return true }))}}
	case kindEnum, kindWord:
		if f.closed {
			return ordered{{"type", "string"}, {"enum", scalars(f.values)}}
		}
		return text.with("examples", scalars(f.values))
	case kindObject:
		return s.object(f.items)
	case kindIDs:
		return listOf(ordered{{"type", "string"}, {"minLength", 1}, {"maxLength", MaxID}})
	case kindDues, kindAllocations, kindIdentifiers:
		return listOf(s.object(f.items))
	case kindAny:
		return ordered{{"allOf", []ordered{s.ref("anything")}}}
	}
	panic("contract: no schema for the values of " + f.name)
}

// decimalPattern is how the decimals look that the member takes.
func (f *field) decimalPattern() string {
	switch {
	case f.part:
		return `^(0(\.[0-9]+)?|1(\.0+)?)$`
	case f.positive:
		return `^(0\.[0-9]*[1-9][0-9]*|[1-9][0-9]*(\.[0-9]+)?)$`
	}
	return decimalPattern
}

func listOf(items ordered) ordered {
	return ordered{{"type", "array"}, {"maxItems", MaxArray}, {"items", items}}
}

// orNull is a schema that also lets null pass, which is the same as leaving the member out.
func orNull(v ordered) ordered {
	null := ordered{{"type", "null"}}
	out := slices.Clone(v)
	for i, m := range out {
		switch m.name {
		case "type":
			out[i].value = []any{m.value, "null"}
		case "enum":
			out[i].value = append(m.value.([]any), nil)
		case "allOf":
			out[i] = member{"anyOf", append(m.value.([]ordered), null)}
		}
	}
	return out
}

// ref refers to a definition.
func (s *schemas) ref(name string) ordered {
	if !slices.Contains(s.used, name) {
		s.used = append(s.used, name)
	}
	return ordered{{"$ref", s.at + name}}
}

// definitions are those that were referred to, in a fixed order.
func (s *schemas) definitions() ordered {
	out := ordered{}
	for _, d := range []member{{"money", s.moneyObject()}, {"anything", s.anything()}} {
		if slices.Contains(s.used, d.name) {
			out = append(out, d)
		}
	}
	return out
}

// moneyObject is an amount with its currency. How many decimals the amount may have depends on the currency.
func (s *schemas) moneyObject() ordered {
	o := append(ordered{{"description", moneyTable.fields[0].doc}}, s.closeObject(ordered{
		{"amount", ordered{{"type", "string"}, {"maxLength", MaxString}, {"pattern", decimalPattern}}},
		{"currency", ordered{{"type", "string"}}},
	}, []any{"amount", "currency"})...)
	var byScale []ordered
	for scale := range mostDecimals + 1 {
		codes := currencies(func(n int) bool { return n == scale })
		if len(codes) == 0 {
			continue
		}
		byScale = append(byScale, ordered{{"properties", ordered{
			{"amount", ordered{{"pattern", amountPattern(scale)}}},
			{"currency", ordered{{"enum", scalars(codes)}}},
		}}})
	}
	return o.with("anyOf", byScale)
}

// mostDecimals is the number of decimals of the currency that has most.
const mostDecimals = 4

// amountPattern is the pattern of an amount with at most scale decimals, and no more digits than 64 bits can hold.
func amountPattern(scale int) string {
	const digits = 19
	whole := `^(0|[1-9][0-9]{0,` + strconv.Itoa(digits-1-scale) + `})`
	if scale == 0 {
		return whole + `$`
	}
	return whole + `(\.[0-9]{1,` + strconv.Itoa(scale) + `})?$`
}

// currencies are the codes of those whose number of decimals is wanted, in alphabetical order.
func currencies(wanted func(scale int) bool) []string {
	var codes []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			for c := 'A'; c <= 'Z'; c++ {
				code := string([]rune{a, b, c})
				if currency, ok := state.ParseCurrency(code); ok && wanted(currency.Scale()) {
					codes = append(codes, code)
				}
			}
		}
	}
	return codes
}

// anything is a value that is not interpreted but has limits all the same.
func (s *schemas) anything() ordered {
	self := s.ref("anything")
	return ordered{
		{"description", "A value that is kept and not interpreted."},
		{"maxLength", MaxString}, {"maxItems", MaxArray}, {"items", self},
		{"propertyNames", ordered{{"maxLength", MaxString}}}, {"additionalProperties", self},
	}
}
