package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tocsin/alerts"
	"tocsin/consumer"
)

// noTitle is that of a column that needs none.
const noTitle alerts.Label = -1

// explanationColumns are what is told of a row. One that no row fills is left out.
var explanationColumns = [...]struct {
	title alerts.Label
	right bool
	cell  func(r *consumer.Row) string
}{
	{noTitle, false, func(r *consumer.Row) string { return r.Kind }},
	{noTitle, false, func(r *consumer.Row) string { return printable(r.ID) }},
	{alerts.LabelDated, false, func(r *consumer.Row) string { return r.Date }},
	{alerts.LabelDue, false, func(r *consumer.Row) string { return r.Due }},
	{alerts.LabelDaysPastDue, true, func(r *consumer.Row) string {
		if r.Days == nil {
			return ""
		}
		return strconv.Itoa(*r.Days)
	}},
	{alerts.LabelDaysLate, true, func(r *consumer.Row) string { return r.Late }},
	{alerts.LabelAmount, true, func(r *consumer.Row) string { return strings.TrimSpace(r.Amount + " " + r.Currency) }},
	{alerts.LabelTimes, true, func(r *consumer.Row) string { return r.Times }},
	{alerts.LabelOver, true, func(r *consumer.Row) string { return r.Over }},
	{alerts.LabelPart, true, func(r *consumer.Row) string { return r.Part }},
}

// explanationText is an explanation as a table. Its last line is the figure and its value.
func explanationText(e *consumer.Explanation) []byte {
	rows := append(e.Rows[:len(e.Rows):len(e.Rows)], reckoning(e)...)
	currency := ""
	if e.Currency != nil {
		currency = ", " + *e.Currency
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s as of %s%s\n%s\n", e.Figure, printable(string(e.CustomerID)), e.AsOf, currency, sentence(e.Meaning))
	if len(e.FXStale) > 0 {
		fmt.Fprintf(&b, "The exchange rate is older than three business days: %s.\n", strings.Join(e.FXStale, ", "))
	}
	writeStale(&b, alerts.English, e.Stale)
	b.WriteString("\n")
	writeRows(&b, alerts.English, rows)
	if e.Value == nil {
		fmt.Fprintf(&b, "%s is not known: %s\n", e.Figure, e.Why)
	}
	return []byte(b.String())
}

// writeStale tells of inputs without which the day was opened.
func writeStale(b *strings.Builder, l *alerts.Language, stale []consumer.StaleInput) {
	for _, s := range stale {
		b.WriteString(l.Label(alerts.LabelStale, "date", s.Since, "source", fmt.Sprintf("%s/%d", printable(s.Topic), s.Partition)) + "\n")
	}
}

// writeRows writes rows as a table with a head.
func writeRows(b *strings.Builder, l *alerts.Language, rows []consumer.Row) {
	if len(rows) == 0 {
		return
	}
	var table [][]string
	var right []bool
	for _, column := range explanationColumns {
		cells := []string{""}
		if column.title != noTitle {
			cells[0] = l.Label(column.title)
		}
		filled := false
		for i := range rows {
			cell := column.cell(&rows[i])
			cells, filled = append(cells, cell), filled || cell != ""
		}
		if filled {
			table, right = append(table, cells), append(right, column.right)
		}
	}
	for i := range len(rows) + 1 {
		writeCells(b, table, right, i)
	}
}

// reckoning is what follows the rows: the sales that they are weighed by, their sum and its factors, and the value.
func reckoning(e *consumer.Explanation) []consumer.Row {
	var rows []consumer.Row
	for _, m := range e.Months {
		rows = append(rows, consumer.Row{Kind: "sales", ID: m.Month, Amount: m.Sales, Times: strconv.Itoa(m.Days) + " days"})
	}
	if e.Value == nil {
		return rows
	}
	if e.Over != "" {
		rows = append(rows, consumer.Row{Kind: "sum", Times: e.Times, Over: e.Over, Part: e.Sum})
	}
	return append(rows, consumer.Row{Kind: e.Figure, Part: *e.Value})
}

// writeCells writes one line of a table that is given by columns.
func writeCells(b *strings.Builder, table [][]string, right []bool, line int) {
	var text strings.Builder
	for i, column := range table {
		widest := 0
		for _, cell := range column {
			widest = max(widest, width(cell))
		}
		pad := strings.Repeat(" ", widest-width(column[line]))
		if i > 0 {
			text.WriteString("  ")
		}
		if right[i] {
			text.WriteString(pad + column[line])
		} else {
			text.WriteString(column[line] + pad)
		}
	}
	b.WriteString(strings.TrimRight(text.String(), " ") + "\n")
}

// sentence is a clause with a capital and a full stop.
func sentence(clause string) string {
	first, size := utf8.DecodeRuneInString(clause)
	return string(unicode.ToUpper(first)) + clause[size:] + "."
}
