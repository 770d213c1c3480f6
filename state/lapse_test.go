package state

import "testing"

func TestALimitLapsesOnTheDayAfterItsReviewDate(t *testing.T) {
	reviewed := base("L1", "01-01", 400)
	reviewed.ReviewDate = d25("06-30")
	anew := base("L2", "08-01", 300)
	c := NewCustomer("C-1")
	tell(c, event(1, reviewed), event(1, temporary("T1", "06-01", "07-15", 100)), event(1, anew))
	l := weekdayLedger(t)
	for _, want := range []struct {
		day       string
		lapsed    bool
		effective int64
		next      string // change of the lapsing view
		parts     PartSums
	}{
		{"06-29", false, 50000, "07-01", PartSums{BaseLimit: 40000, TemporaryLimit: 10000}},
		{"06-30", false, 50000, "07-01", PartSums{BaseLimit: 40000, TemporaryLimit: 10000}},
		{"07-01", true, 0, "07-16", PartSums{BaseLimit: -10000, TemporaryLimit: 10000}},
		{"07-16", true, 0, "08-01", PartSums{}},
		{"08-01", false, 30000, "", PartSums{BaseLimit: 30000}},
	} {
		plain := c.View(l, d25(want.day))
		v := plain.Lapsing()
		if got := v.Limit(); got.Lapsed != want.lapsed || got.Effective() != want.effective || !got.OnFile {
			t.Errorf("%s: got %+v, want %+v", want.day, got, want)
		}
		if got := v.Parts().PartSums; got != want.parts {
			t.Errorf("%s: parts: got %+v, want %+v", want.day, got, want.parts)
		}
		next := Date(0)
		if want.next != "" {
			next = d25(want.next)
		}
		if got := v.NextChange(); got != next {
			t.Errorf("%s: next change: got %v, want %v", want.day, got, next)
		}
		if got := plain.Limit(); got.Lapsed || got.Effective() != got.Agreed() {
			t.Errorf("%s: the plain view has changed: %+v", want.day, got)
		}
		if v.Lapsing() != v {
			t.Errorf("%s: a lapsing view is another one when it is asked again", want.day)
		}
		if got := plain.Lapsing().LimitOn(d25("07-02")).Lapsed; !got {
			t.Errorf("%s: as of a day after the review date the limit has not lapsed", want.day)
		}
	}
	never := base("L1", "01-01", 400)
	c = NewCustomer("C-2")
	tell(c, event(1, never))
	if c.View(l, d25("12-31")).Lapsing().Limit().Lapsed {
		t.Error("a limit without a review date has lapsed")
	}
}
