package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"tocsin/detectors"
)

// summaryCases is how many open cases a summary shows.
const summaryCases = 10

// summary writes what a played time has come to: how many alerts, by signal and the highest level they reached, and the
// worst cases that are still open.
func (b *board) summary(w io.Writer) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out strings.Builder
	exposure, overdue, known := b.totals()
	fmt.Fprintf(&out, "%s to %s: %s, exposure %s, overdue %s, %s\n\n",
		b.first, b.day, b.customersText(known), sums(exposure), sums(overdue), counted(len(b.highest), "alert"))
	b.writeCounts(&out)
	cases := b.cases(detectors.Warning)
	fmt.Fprintf(&out, "\n%s\n", counted(len(cases), "open case"))
	for i := range cases[:min(len(cases), summaryCases)] {
		c := &cases[i]
		fmt.Fprintf(&out, "%s %s, since %s\n", severity(c.level()).text, printable(b.who(c.customer)), c.since)
		fmt.Fprintf(&out, "%*s%s\n", indent, "", printable(sayAlert(&c.alerts[0])))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// writeCounts writes a table of alerts by signal: each is counted once, at the highest level that it reached.
func (b *board) writeCounts(out io.Writer) {
	type row struct {
		signal string
		levels [detectors.Critical + 1]int
		open   int
	}
	rows := map[string]*row{}
	at := func(signal string) *row {
		if rows[signal] == nil {
			rows[signal] = &row{signal: signal}
		}
		return rows[signal]
	}
	for _, h := range b.highest {
		at(h.signal).levels[h.level]++
	}
	for _, t := range b.open {
		at(t.Signal).open++
	}
	list := make([]*row, 0, len(rows))
	for _, r := range rows {
		list = append(list, r)
	}
	slices.SortFunc(list, func(x, y *row) int { return cmp.Compare(x.signal, y.signal) })
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "signal\tinfo\twarning\tcritical\tstill open\t\n")
	for _, r := range list {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t\n", r.signal,
			r.levels[detectors.Info], r.levels[detectors.Warning], r.levels[detectors.Critical], r.open)
	}
	_ = w.Flush() // out is a builder, which never fails
}
