package state

import (
	"fmt"
	"slices"
	"testing"
)

func TestAGroupIsAParentItsDaughtersAndOnesOwnFromTheNextDayOn(t *testing.T) {
	row := func(customer string, seq uint64, known Date, parent string, name uint64) AffiliateRow {
		return AffiliateRow{CustomerID(customer), seq, known, CustomerID(parent), name}
	}
	first := (*Affiliates)(nil).With([]AffiliateRow{
		row("P", 1, 10, "", 1), row("A", 1, 10, "P", 2), row("B", 4, 11, "P", 3), row("G", 1, 10, "A", 4), row("N", 1, 10, "A", 0), row("Z", 1, 10, "Z", 26),
	})
	later := first.With([]AffiliateRow{row("B", 6, 20, "Z", 5), row("B", 5, 20, "P", 9)})
	relatives := func(book *Affiliates, id CustomerID, day Date) string {
		c := NewCustomer(id)
		c.Equip(&Day{Affiliates: book})
		v := c.View(&Ledger{Calendar: weekdays(t)}, day)
		var names []uint64
		for name := range uint64(30) {
			if v.HasAffiliate(name) {
				names = append(names, name)
			}
		}
		return fmt.Sprint(names)
	}
	for _, c := range []struct {
		name string
		book *Affiliates
		id   CustomerID
		day  Date
		want string
	}{
		{"on the day itself nothing is in force", first, "A", 10, "[]"},
		{"parent and daughters; a sister is not known yet", first, "A", 11, "[1 4]"},
		{"with the sister", first, "A", 12, "[1 3 4]"},
		{"a parent has daughters and no granddaughters", first, "P", 12, "[2 3]"},
		{"a granddaughter has her mother, and a sister without a name", first, "G", 12, "[2]"},
		{"who is her own parent has no group", first, "Z", 12, "[]"},
		{"who is not known has none", first, "X", 12, "[]"},
		{"no book knows no group", nil, "A", 12, "[]"},
		{"the last word of a day counts from the next one on", later, "A", 20, "[1 3 4]"},
		{"and the sister has left", later, "A", 21, "[1 4]"},
		{"for another parent", later, "Z", 21, "[5]"},
		{"past days are what they were", later, "B", 20, "[1 2]"},
		{"a book that is older", first, "A", 21, "[1 3 4]"},
	} {
		if got := relatives(c.book, c.id, c.day); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	for _, c := range []struct {
		day  Date
		want []CustomerID
	}{
		{10, nil}, {11, []CustomerID{"A", "G", "N", "P", "Z"}}, {12, []CustomerID{"A", "B", "P"}}, {13, nil}, {21, []CustomerID{"A", "B", "P", "Z"}},
	} {
		if got := later.Turned(c.day); !slices.Equal(got, c.want) {
			t.Errorf("turned on day %d: got %v, want %v", c.day, got, c.want)
		}
	}
	renamed := later.Renamed(map[CustomerID]CustomerID{"P": "erased", "A": "other"})
	if got := relatives(renamed, "other", 12) + relatives(renamed, "erased", 12) + relatives(renamed, "P", 12); got != "[1 3 4][2 3][]" {
		t.Errorf("under other names: got %s", got)
	}
	say := row("B", 0, 0, "Z", 5)
	if !later.Says(&say) || first.Says(&say) {
		t.Error("the newest row is what is said")
	}
}

func TestWhatAProfileSaysOfAGroup(t *testing.T) {
	digest := func(name string) uint64 { return uint64(len(name)) }
	c := NewCustomer("C-1")
	if _, known := c.Affiliate(on("2026-01-05"), digest); known {
		t.Error("without a profile: got a row")
	}
	tell := func(c *Customer, revision int64, body Body) {
		c.Apply(on("2026-01-05"), []Event{{Kind: kindOf(body), Customer: c.ID, Stamp: Stamp{Revision: revision}, Body: body}}, make([]Outcome, 1))
	}
	tell(c, 2, &Profile{Customer: "C-1", Name: "Acme", Parent: "C-9"})
	tell(c, 1, &Profile{Customer: "C-1", Name: "Beta & Sons"})
	want := AffiliateRow{Customer: "C-1", Known: on("2026-01-05"), Parent: "C-9", Name: 4}
	if got, known := c.Affiliate(on("2026-01-05"), digest); !known || got != want {
		t.Errorf("got %+v, %v, want %+v", got, known, want)
	}
	tell(c, 1, &Erased{EraseDate: on("2026-01-07")})
	if _, known := c.Affiliate(on("2026-01-06"), digest); !known {
		t.Error("erased tomorrow: got no row")
	}
	if _, known := c.Affiliate(on("2026-01-07"), digest); known {
		t.Error("erased: got a row")
	}
}

// Who heads a group is the last parent of whom a profile was known when the day before closed; a circle has one head, whoever asks.
func TestWhoHeadsAGroup(t *testing.T) {
	row := func(id, parent string, known Date) AffiliateRow {
		return AffiliateRow{Customer: CustomerID(id), Seq: uint64(known), Known: known, Parent: CustomerID(parent)}
	}
	book := (*Affiliates)(nil).With([]AffiliateRow{
		row("daughter", "mother", 1), row("mother", "holding", 1), row("holding", "", 3), row("stray", "nobody", 1), row("own", "own", 1),
		row("x", "z", 1), row("y", "x", 1), row("z", "y", 1), row("w", "z", 1),
	})
	for _, tt := range []struct {
		id   CustomerID
		day  Date
		want CustomerID
	}{
		{"daughter", 1, "daughter"}, {"daughter", 2, "mother"}, {"daughter", 3, "mother"}, {"daughter", 4, "holding"}, {"holding", 4, "holding"},
		{"stray", 9, "stray"}, {"own", 9, "own"}, {"unknown", 9, "unknown"}, {"x", 2, "x"}, {"y", 2, "x"}, {"z", 2, "x"}, {"w", 2, "x"},
	} {
		if got := book.Top(tt.id, tt.day); got != tt.want {
			t.Errorf("%s on day %d: got %s, want %s", tt.id, tt.day, got, tt.want)
		}
	}
	if got := (*Affiliates)(nil).Top("a", 1); got != "a" {
		t.Errorf("of no book: got %s", got)
	}
	for _, tt := range []struct {
		ids  []CustomerID // each of whom is in the group
		day  Date
		want []CustomerID
	}{
		{[]CustomerID{"daughter", "mother", "holding"}, 1, nil}, {[]CustomerID{"daughter", "mother"}, 2, []CustomerID{"daughter", "mother"}},
		{[]CustomerID{"daughter", "mother", "holding"}, 4, []CustomerID{"daughter", "holding", "mother"}}, {[]CustomerID{"stray", "own", "unknown"}, 9, nil},
		{[]CustomerID{"w", "x", "y", "z"}, 2, []CustomerID{"w", "x", "y", "z"}},
	} {
		for _, id := range tt.ids {
			if got := book.Group(id, tt.day); !slices.Equal(got, tt.want) {
				t.Errorf("group of %s on day %d: got %v, want %v", id, tt.day, got, tt.want)
			}
		}
	}
	if got := (*Affiliates)(nil).Group("a", 1); got != nil {
		t.Errorf("of no book: got %v", got)
	}
}
