package state

import (
	"maps"
	"slices"
)

// heirs are the golden values of a customer into whom another one has been merged.
func heirs() map[string][]byte {
	ends, heir := NewCustomer("C-0"), NewCustomer("C-1")
	tell(ends, event(1, invoice("INV-1", "01-02", "01-15", 100)), event(2, invoice("INV-1", "01-02", "01-15", 90)), event(1, base("L-1", "01-01", 5)))
	tell(ends, event(1, &Merged{Into: "C-1", MergeDate: d25("02-01")}), event(1, &Note{NoteID: "N-1", NoteDate: d25("01-09"), Text: "heard"}))
	tell(heir, event(1, invoice("INV-2", "01-02", "01-15", 7)))
	day, estates := d25("02-01"), [][]byte{ends.Estate(ends.ID)}
	applied := Applied{KnownAt: 1_735_776_000_000_000_000, Estates: estates}
	heir.Inherit(day, estates)
	return map[string][]byte{
		"applied.heir.v9":  AppendApplied(nil, &applied),
		"snapshot.heir.v9": AppendSnapshot(nil, &Record{Customer: heir, Day: day, Seq: 2}),
	}
}

// present are the golden values of the present version.
func present() map[string][]byte {
	all := golden(slices.Concat(bodies(), conductBodies()), "v3", "v7", "v9")
	maps.Copy(all, heirs())
	maps.Copy(all, extended())
	return all
}

// extended are golden values of events with members of their publisher's own, which the versions before kept as canonical data.
func extended() map[string][]byte {
	ev := event(2, invoice("INV-1", "01-02", "01-15", 100))
	ev.Ext = `{"company_code":"1000"}`
	rec := Record{Customer: NewCustomer("C-1"), Day: d25("03-01")}
	tell(rec.Customer, ev)
	return map[string][]byte{
		"event.ext.v3":    AppendEvent(nil, &ev),
		"applied.ext.v7":  AppendApplied(nil, &Applied{KnownAt: ev.Time, Events: []Event{ev}}),
		"snapshot.ext.v9": AppendSnapshot(nil, &rec),
	}
}
