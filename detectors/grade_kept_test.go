package detectors

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// gradeOn is a customer as he is graded on a day on which some signals stand, given what was kept at the last close.
func gradeOn(b *books, day state.Date, kept []byte, standing ...Finding) Graded {
	in := b.at(day)
	in.Others, in.Kept = standing, kept
	return NewComposite().Grade(in)
}

// Whose score reaches 45 is on the watch list from that day on, and stays on it whatever the score does, until a person takes him off.
func TestTheWatchListIsLeftThroughAPersonOnly(t *testing.T) {
	d, b, day := NewComposite(), owes("1000", "2026-12-31"), date("2026-01-05")
	worse, better := Finding{"overdue", Critical, ""}, Finding{"adverse_registry", Warning, classB2} // 45 by the floor, and 25
	if g := gradeOn(b, day, nil, better); g.Points != 25 || g.Watched != 0 {
		t.Errorf("25 points: on the list since %v, want not at all", g.Watched)
	}
	g := gradeOn(b, day, nil, worse)
	if g.Points != 45 || g.Watched != day {
		t.Fatalf("%d points: on the list since %v, want 45 and %v", g.Points, g.Watched, day)
	}
	kept := g.kept.keep()
	if since, last, stays := d.Watched(kept); since != day || last != (Standing{day, 45, state.GradeWatch}) || !stays {
		t.Errorf("at 45 points: on the list since %v, %+v, stays %v", since, last, stays)
	}
	for later := day + 1; later < day+400; later += 57 {
		g = gradeOn(b, later, kept)
		kept = g.kept.keep()
		if since, last, stays := d.Watched(kept); g.Watched != day || since != day || last.Score != 0 || stays {
			t.Fatalf("%v: on the list since %v and %v, want %v; %+v, stays %v", later, g.Watched, since, day, last, stays)
		}
	}
	left := d.Unwatched(kept)
	if since, _, _ := d.Watched(left); since != 0 {
		t.Errorf("taken off: on the list since %v", since)
	}
	if g := gradeOn(b, day+401, left); g.Watched != 0 {
		t.Errorf("the day after: on the list since %v", g.Watched)
	}
	if g := gradeOn(b, day+402, left, worse); g.Watched != day+402 {
		t.Errorf("worse again: on the list since %v, want that day", g.Watched)
	}
}

// A parameter says from which score on a customer is on the watch list.
func TestTheWatchListBeginsWithTheGrade(t *testing.T) {
	d := NewComposite()
	d.Watch = 25
	in := owes("1000", "2026-12-31").at(date("2026-01-05"))
	in.Others = Findings{{"adverse_registry", Warning, classB2}}
	if g := d.Grade(in); g.Watched != in.View.Day {
		t.Errorf("got %v, want the day on which the score reached 25", g.Watched)
	}
}

func TestScoreAndGradeThirtyDaysAgo(t *testing.T) {
	b, first := owes("1000", "2026-12-31"), date("2026-01-05")
	warned, calm := Finding{"overdue", Warning, ""}, Finding{"overdue", Info, ""}
	var kept []byte
	for _, c := range []struct {
		day      state.Date
		standing []Finding
		want     string // 30 days ago
		marks    int    // that are remembered
	}{
		{0, nil, "0 excellent", 0},
		{1, []Finding{warned}, "0 excellent", 1},
		{2, []Finding{warned}, "0 excellent", 1},
		{10, []Finding{calm}, "0 excellent", 2},
		{30, []Finding{calm}, "0 excellent", 2},
		{31, []Finding{calm}, "12 good", 2},
		{39, []Finding{calm}, "12 good", 2},
		{40, []Finding{calm}, "4 good", 2}, // graded excellent from then on: 30 days after the score came to allow it
		{69, []Finding{calm}, "4 good", 2},
		{70, []Finding{calm}, "4 excellent", 2},
		{71, nil, "4 excellent", 2},
		{100, nil, "4 excellent", 2},
		{101, nil, "0 excellent", 0},
	} {
		g := gradeOn(b, first+c.day, kept, c.standing...)
		kept = g.kept.keep()
		if got := fmt.Sprintf("%d %v", g.Before.Score, g.Before.Grade); got != c.want || len(g.kept.course) != c.marks {
			t.Errorf("day %d: 30 days ago %s, want %s; %d marks, want %d: %v", c.day, got, c.want, len(g.kept.course), c.marks, g.kept.course)
		}
	}
	if len(kept) > 0 {
		t.Errorf("got %x, want nothing left of a customer who has been clean for 30 days", kept)
	}
}

// What is kept is read as it was written, holds what is asked of the last 30 days and little more, and a look that finds nothing new
// changes nothing before the day that it names.
func TestWhatIsKeptOfAGrade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, day := owes("1000", "2030-12-31"), date("2026-01-05")
		var kept []byte
		log := map[state.Date]Standing{}
		for range rapid.IntRange(1, 60).Draw(t, "days") {
			var standing []Finding
			if level := Level(rapid.IntRange(0, 3).Draw(t, "level")); level > None {
				standing = append(standing, Finding{"overdue", level, ""})
			}
			if rapid.IntRange(0, 9).Draw(t, "insolvent") == 0 {
				standing = append(standing, Finding{"adverse_registry", Critical, classA})
			}
			g := gradeOn(b, day, kept, standing...)
			was := clean
			if before, told := log[day-30]; told {
				was = before
			}
			if !was.sameAs(g.Before) {
				t.Fatalf("%v: 30 days ago %+v, want %+v", day, g.Before, was)
			}
			kept = g.kept.keep()
			if again := gradedBy(kept); string(again.keep()) != string(kept) || again.watched != g.Watched || again.held != g.kept.held {
				t.Fatalf("%v: got %+v, want %+v", day, again, g.kept)
			}
			if len(g.kept.course) > 1 && g.kept.course[1].On < day-30-1 && g.kept.course[len(g.kept.course)-1].On == day {
				t.Fatalf("%v: %v: what nobody asks for is kept", day, g.kept.course)
			}
			for range rapid.IntRange(1, 40).Draw(t, "days to the next") {
				log[day] = Standing{Score: g.Points, Grade: g.Grade}
				day++
				next := gradeOn(b, day, kept, standing...)
				if g.next == 0 || day < g.next {
					if string(next.kept.keep()) != string(kept) || next.Grade != g.Grade {
						t.Fatalf("%v: something changes, and %v was named", day, g.next)
					}
				}
				g = next
				kept = g.kept.keep()
			}
		}
	})
}

func TestWhatAGradeSuggests(t *testing.T) {
	day := date("2026-01-05")
	owing := owes("600", "2026-12-31")
	for _, c := range []struct {
		books *books
		grade state.Grade
		want  string
	}{
		{owing.add(limit("1000", "2026-01-01")), state.GradeExcellent, "green as_agreed 1000.00 365"},
		{owing.add(limit("1000", "2026-01-01")), state.GradeGood, "green as_agreed 1000.00 182"},
		{owing.add(limit("1000", "2026-01-01")), state.GradeFair, "amber no_increase 1000.00 91"},
		{owing.add(limit("1000", "2026-01-01")), state.GradeWatch, "amber limit_to_exposure 600.00 30"},
		{owing.add(limit("500", "2026-01-01")), state.GradeWatch, "amber limit_to_exposure 500.00 30"},
		{owing, state.GradeWatch, "amber limit_to_exposure 600.00 30"},
		{owing, state.GradeGood, "green as_agreed - 182"},
		{owing.add(limit("1000", "2026-01-01")), state.GradeBad, "red prepayment 0.00 7"},
		{owing, state.GradeBad, "red prepayment 0.00 7"},
		{newBooks(&state.Profile{Name: "nobody"}), state.GradeBad, "red prepayment - 7"},
		{owing.add(&state.Invoice{InvoiceID: "INV-2", IssueDate: day, DueDate: day, Total: state.Money{Minor: 100, Currency: usd}}), state.GradeWatch, "amber limit_to_exposure - 30"},
	} {
		p := NewComposite().PolicyOf(c.grade, c.books.at(day).View)
		limit := "-"
		if p.Limit.Told() {
			limit = p.Limit.String()
		}
		if got := fmt.Sprintf("%s %s %s %d", p.Light, p.Terms, limit, p.ReviewDays); got != c.want {
			t.Errorf("%v: got %s, want %s", c.grade, got, c.want)
		}
	}
}
