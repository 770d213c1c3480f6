package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
)

// readStall is a late dispute of one invoice.
type readStall struct {
	*state.Dispute
	invoice string
	open    bool
}

// stalls are the late disputes that are not accepted by a day, of invoices that stand and are of no batch that many dispute.
func (r *reading) stalls(day state.Date) []readStall {
	var out []readStall
	for _, d := range every[*state.Dispute](r) {
		closed, over := told[*state.DisputeClosed](r, d.DisputeID)
		over = over && closed.ClosedDate <= day
		if d.OpenedDate > day || over && (closed.Outcome == state.DisputeAccepted || closed.Outcome == state.DisputePartly && closed.Accepted.Minor*2 >= d.Amount.Minor) {
			continue
		}
		for _, id := range d.InvoiceIDs {
			i, known := told[*state.Invoice](r, id)
			if !known || i.IssueDate > day || r.cancelled(id, day) || i.Factored == state.FactoringWithoutRecourse {
				continue
			}
			if since, common := r.causes[i.Batch]; i.Batch != "" && common && since <= day {
				continue
			}
			late := d.OpenedDate > r.calendar.Roll(r.originalDue(i, day, nil)) || i.DeliveryDate != 0 && d.OpenedDate-i.DeliveryDate > 30
			for _, c := range every[*state.Contact](r) {
				until := c.ContactDate
				for range 3 {
					for until++; !r.calendar.IsBusiness(until); until++ {
					}
				}
				late = late || c.Direction != state.ContactInbound && c.ContactDate <= d.OpenedDate && d.OpenedDate <= until
			}
			if late {
				out = append(out, readStall{d, id, !over})
			}
		}
	}
	return out
}

// stalled counts the invoices of late disputes that were opened after one day and until another.
func stalled(stalls []readStall, after, until state.Date) int {
	invoices := map[string]bool{}
	for _, s := range stalls {
		if s.OpenedDate > after && s.OpenedDate <= until {
			invoices[s.invoice] = true
		}
	}
	return len(invoices)
}

func (r *reading) fellDue(after, until, day state.Date) (n int) {
	for _, i := range every[*state.Invoice](r) {
		due := r.calendar.Roll(r.originalDue(i, day, nil))
		if i.IssueDate <= day && !r.cancelled(i.InvoiceID, day) && i.Factored != state.FactoringWithoutRecourse && due > after && due <= until {
			n++
		}
	}
	return n
}

// blocked is what of overdue lines is disputed late, and all that is overdue.
func (r *reading) blocked(b *readBook, stalls []readStall, day state.Date) (blocked, overdue int64) {
	open, disputed := map[string]int64{}, map[string]int64{}
	for _, line := range b.lines {
		open[line.invoice] += line.open
	}
	for _, d := range every[*state.Dispute](r) {
		left := d.Amount.Minor
		for at, id := range d.InvoiceIDs {
			if slices.Contains(d.InvoiceIDs[:at], id) {
				continue
			}
			part := min(left, open[id])
			left -= part
			if slices.ContainsFunc(stalls, func(s readStall) bool { return s.open && s.Dispute == d && s.invoice == id }) {
				disputed[id] += part
			}
		}
	}
	for _, line := range b.lines {
		if line.effective < day && !line.settled {
			overdue += line.open
			part := min(line.open, disputed[line.invoice])
			disputed[line.invoice] -= part
			blocked += part
		}
	}
	return blocked, overdue
}

func (r *reading) disputeStall(b *readBook, day, _ state.Date) finding {
	stalls := r.stalls(day)
	n := stalled(stalls, day-60, day)
	if n < 2 || !slices.ContainsFunc(stalls, func(s readStall) bool { return s.open }) {
		return finding{clear: everyLevel}
	}
	blocked, overdue := r.blocked(b, stalls, day)
	if n >= 3 && b.material(blocked) && blocked*2 >= overdue {
		return below(3)
	}
	due, dueBefore, before := r.fellDue(day-60, day, day), r.fellDue(day-425, day-60, day), stalled(stalls, day-425, day-60)
	usual := 0.0
	if dueBefore >= 5 {
		usual = 100 * float64(before) / float64(dueBefore)
	}
	if due >= 5 && 100*float64(n)/float64(due) >= 2*max(usual, 2)-1e-9 {
		return below(2)
	}
	return finding{clear: [4]bool{3: true}}
}

// readCauses are the batches that five customers had disputed within 30 days, by the day after the close at which that was so.
func readCauses(events []state.Event, end state.Date) map[string]state.Date {
	causes := map[string]state.Date{}
	first := end
	for _, ev := range events {
		first = min(first, dayOf(ev.KnownAt))
	}
	for day := first; day <= end; day++ {
		customers := map[state.CustomerID]*reading{}
		for _, ev := range events {
			if dayOf(ev.KnownAt) <= day {
				if customers[ev.Customer] == nil {
					customers[ev.Customer] = &reading{}
				}
				customers[ev.Customer].known = append(customers[ev.Customer].known, ev)
			}
		}
		who := map[string]map[state.CustomerID]bool{}
		for id, r := range customers {
			for _, d := range every[*state.Dispute](r) {
				for _, of := range d.InvoiceIDs {
					i, known := told[*state.Invoice](r, of)
					if known && i.IssueDate <= day && i.Batch != "" && !r.cancelled(of, day) && d.OpenedDate <= day && day-d.OpenedDate < 30 {
						if who[i.Batch] == nil {
							who[i.Batch] = map[state.CustomerID]bool{}
						}
						who[i.Batch][id] = true
					}
				}
			}
		}
		for batch := range who {
			if _, known := causes[batch]; !known && len(who[batch]) >= 5 {
				causes[batch] = day + 1
			}
		}
	}
	return causes
}

// Customers who dispute, some of them the same batches, are told of as the rules read.
func TestRandomDisputesReadAsTheRulesDo(t *testing.T) {
	calendar, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := "Random disputes.\n\n-- events --\n" + drawDisputing(t) + "-- want --\n"
		s, err := parseStory("random", text)
		if err != nil {
			t.Fatal(err)
		}
		played, err := s.play(t.Context())
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		script, err := readScript(time.UTC, "%d: ", 0, s.section(eventsSection).text)
		if err != nil {
			t.Fatal(err)
		}
		got := map[state.CustomerID][]string{}
		for _, line := range storyLines(played.section(wantSection).text) {
			id := state.CustomerID("C-1")
			if words := strings.Fields(line); strings.HasSuffix(words[1], ":") {
				id = state.CustomerID(strings.TrimSuffix(words[1], ":"))
				line = strings.Replace(line, words[1]+" ", "", 1)
			}
			if strings.Contains(line, " dispute_stall ") {
				got[id] = append(got[id], withoutSentence(line))
			}
		}
		of := map[state.CustomerID][]state.Event{}
		for _, ev := range script.events {
			of[ev.Customer] = append(of[ev.Customer], ev)
		}
		causes := readCauses(script.events, script.end)
		for _, id := range slices.Sorted(maps.Keys(of)) {
			var want []string
			for _, line := range (&reading{calendar: calendar, causes: causes, only: "dispute_stall"}).transitions(&storyScript{events: of[id], end: script.end}) {
				if strings.Contains(line, " dispute_stall ") {
					want = append(want, line)
				}
			}
			if !slices.Equal(got[id], want) {
				t.Errorf("%s\n%s, common causes %v: got\n%s\n\nwant\n%s", text, id, causes, strings.Join(got[id], "\n"), strings.Join(want, "\n"))
			}
		}
	})
}

func drawDisputing(t *rapid.T) string {
	w := &teller{T: t}
	for c := range w.number("customers", 4, 7) {
		who := ""
		if c > 0 {
			who = "C-" + string(rune('1'+c)) + ": "
		}
		due := w.number("due", 20, 28)
		for i := range w.number("invoices", 4, 7) {
			w.tell(w.number("issued", 0, 20), "%sinvoice i-%d %s due %s%s%s", who, i, w.pick("amount", "1000.00", "1000.00", "1000.00", "400.00", "5000.00"),
				readDay(due+w.number("later", 0, 5)), w.pick("batch", " batch lot-1", " batch lot-1", " batch lot-1", "", " batch lot-2"),
				w.pick("delivered", "", "", "", "", " delivered "+readDay(due-20).String(), " sold"))
		}
		opened := due + w.number("opened", -10, 25)
		for d := range w.number("disputes", 2, 4) {
			w.tell(opened, "%sdispute d-%d %s of i-%d%s", who, d, w.pick("amount", "1000.00", "1000.00", "400.00", "5000.00"), w.number("of", 0, 4),
				w.pick("and", "", " of i-1", " of i-2"))
			if w.number("closed", 0, 4) == 0 {
				w.tell(opened+w.number("closed after", 0, 40), "%sclose dispute d-%d%s", who, d, w.pick("outcome", "", " accepted", " accepted 499.99", " accepted 500.00"))
			}
			opened += w.number("after", 0, 6)
		}
		switch w.pick("then", "", "", "a contact", "a payment", "a cancelled invoice") {
		case "a contact":
			w.tell(due+w.number("contacted", -20, 30), "%scontact c-1 email reached%s", who, w.pick("by", "", " inbound"))
		case "a payment":
			w.tell(due+w.number("paid", -5, 30), "%spayment p-1 1000.00 for i-1", who)
		case "a cancelled invoice":
			w.tell(due+w.number("cancelled", -5, 30), "%scancel invoice i-0", who)
		}
	}
	return w.b.String() + readDay(readDays+20).String() + " end\n"
}
