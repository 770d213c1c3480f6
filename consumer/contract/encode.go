package contract

import (
	"strconv"

	"tocsin/state"
)

// Encode writes an event as a structured document: what Decode would read back as the same event. It is nil for an event
// of no type of the contract. Members that the event does not tell are left out; an event's Canonical, where there is
// one, is its data.
func Encode(ev *state.Event) []byte { return AppendEvent(nil, ev) }

// AppendEvent appends what Encode returns.
func AppendEvent(out []byte, ev *state.Event) []byte {
	typ := typeOf(ev)
	if typ == nil {
		return out
	}
	out = append(out, `{"specversion":"1.0","id":`...)
	out = appendText(out, ev.ID)
	out = append(out, `,"source":`...)
	out = appendText(out, ev.Source)
	out = append(out, `,"type":`...)
	out = appendText(out, typ.name)
	if ev.Customer != "" {
		out = append(out, `,"subject":`...)
		out = appendText(out, string(ev.Customer))
	}
	out = append(out, `,"time":"`...)
	out = append(out, ev.Time.String()...)
	if ev.KnownAt != 0 && ev.KnownAt != ev.Time {
		out = append(out, `","recordedtime":"`...)
		out = append(out, ev.KnownAt.String()...)
	}
	out = append(out, `","datacontenttype":"application/json","data":`...)
	return append(AppendData(out, ev), '}')
}

// AppendData appends the event's data: Canonical where it is filled, else the members that the body tells, in the order
// of the contract.
func AppendData(out []byte, ev *state.Event) []byte {
	typ := typeOf(ev)
	if typ == nil {
		return out
	}
	if ev.Canonical != "" {
		return append(out, ev.Canonical...)
	}
	w := writer{out: out, ext: ev.Ext}
	w.customer, w.revision, w.entity = string(ev.Customer), ev.Revision, ev.Entity
	typ.body.set(&w.slots, ev.Body)
	w.object(typ.data)
	return w.out
}

// writer writes the target by the tables that the decoder reads by.
type writer struct {
	target
	ext string
	out []byte
}

// object appends the object of a table and tells whether it has a member.
func (w *writer) object(t *table) bool {
	w.out = append(w.out, '{')
	some := false
	for i := range t.fields {
		f := &t.fields[i]
		before := len(w.out)
		if some {
			w.out = append(w.out, ',')
		}
		w.out = append(w.out, '"')
		w.out = append(w.out, f.name...)
		w.out = append(w.out, '"', ':')
		if w.value(f) || f.required {
			some = true
		} else {
			w.out = w.out[:before]
		}
	}
	w.out = append(w.out, '}')
	return some
}

// value appends a member's value and tells whether there is anything to tell.
func (w *writer) value(f *field) bool {
	t := &w.target
	switch f.kind {
	case kindText, kindID, kindDecimal, kindWord:
		s := *f.text(t)
		w.out = appendText(w.out, s)
		return s != ""
	case kindDate:
		day := *f.date(t)
		w.quote(day.String())
		return day != 0
	case kindInstant:
		i := *f.instant(t)
		w.quote(i.String())
		return i != 0
	case kindInteger:
		n := *f.integer(t)
		w.out = strconv.AppendInt(w.out, n, 10)
		return n != 0
	case kindBool:
		v := *f.flag(t)
		w.out = strconv.AppendBool(w.out, v == state.FlagTrue)
		return v != state.FlagUnset
	case kindCurrency:
		c := *f.currency(t)
		w.quote(c.String())
		return c != 0
	case kindEnum:
		return w.enum(f)
	case kindAny:
		w.out = append(w.out, w.ext...)
		return w.ext != ""
	case kindMoney:
		return w.money(*f.money(t))
	case kindLimitAmount:
		if *f.withdrawn(t) {
			w.out = append(w.out, "null"...)
			return true
		}
		return w.money(*f.money(t))
	case kindObject:
		if f.enter != nil {
			f.enter(t)
		}
		return w.told(f)
	}
	return w.list(f)
}

func (w *writer) quote(s string) {
	w.out = append(w.out, '"')
	w.out = append(w.out, s...)
	w.out = append(w.out, '"')
}

func (w *writer) enum(f *field) bool {
	n := int(*f.enum(&w.target))
	switch {
	case n == 0:
		w.out = append(w.out, `""`...)
	case n > len(f.values):
		w.quote("other")
	default:
		w.quote(f.values[n-1])
	}
	return n != 0
}

func (w *writer) money(m state.Money) bool {
	w.out = append(w.out, moneyHead...)
	w.out = state.AppendMinor(w.out, m.Minor, m.Currency.Scale())
	w.out = append(w.out, moneyMiddle...)
	w.out = append(w.out, m.Currency.String()...)
	w.out = append(w.out, moneyTail...)
	return m.Told()
}

// told appends an inner object, and tells whether it says anything. A retention without date and amount does not.
func (w *writer) told(f *field) bool {
	if f.items == dueTable && *w.due == (state.DueAmount{}) {
		return false
	}
	return w.object(f.items)
}

func (w *writer) list(f *field) bool {
	t := &w.target
	w.out = append(w.out, '[')
	n := 0
	comma := func() {
		if n > 0 {
			w.out = append(w.out, ',')
		}
		n++
	}
	switch f.kind {
	case kindIDs:
		for _, s := range *f.ids(t) {
			comma()
			w.out = appendText(w.out, s)
		}
	case kindDues:
		dues := *f.dues(t)
		for i := range dues {
			comma()
			t.due = &dues[i]
			w.object(f.items)
		}
	case kindAllocations:
		allocations := *f.allocations(t)
		for i := range allocations {
			comma()
			t.allocation = &allocations[i]
			w.object(f.items)
		}
	case kindIdentifiers:
		identifiers := *f.identifiers(t)
		for i := range identifiers {
			comma()
			t.identifier = &identifiers[i]
			w.object(f.items)
		}
	}
	w.out = append(w.out, ']')
	return n > 0
}
