package main

import (
	"fmt"
	"strings"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// looks of the levels. The word is always there too: colour alone tells some people nothing.
var looks = [...]paint{detectors.None: green, detectors.Info: cyan, detectors.Warning: yellow, detectors.Critical: red}

// frame is the screen as it should look now, at most height lines of at most columns columns.
func (b *board) frame(columns, height int, colour bool) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := b.header(columns)
	rest := max(0, height-len(lines)-4) // two titles, two blank lines
	cases := b.caseLines(columns, rest*3/5)
	newest := b.newestLines(columns, rest-len(cases))
	lines = append(lines, nil, line{{"OPEN CASES, worst first", bold}})
	lines = append(lines, cases...)
	lines = append(lines, nil, line{{"WHAT CHANGED, newest first", bold}})
	lines = append(lines, newest...)
	var out strings.Builder
	for _, l := range lines[:min(len(lines), max(1, height))] {
		l.render(&out, columns, colour)
		out.WriteByte('\n')
	}
	return out.String()
}

// header tells the day and the totals, on as many lines as the width asks for.
func (b *board) header(columns int) []line {
	counts := b.openByLevel()
	exposure, overdue, known := b.totals()
	items := []line{
		{{"TOCSIN ", bold}, {b.dayText(), bold}},
		{{b.phase, dim}},
		{{fmt.Sprintf(" %d CRITICAL ", counts[detectors.Critical]), looks[detectors.Critical]}},
		{{fmt.Sprintf(" %d WARNING ", counts[detectors.Warning]), looks[detectors.Warning]}},
		{{fmt.Sprintf("%d info", counts[detectors.Info]), looks[detectors.Info]}},
		{{b.customersText(known), plain}},
		{{"exposure " + sums(exposure), plain}},
		{{"overdue " + sums(overdue), plain}},
	}
	var lines []line
	var current line
	used := 0
	for _, item := range items {
		w := 0
		for _, s := range item {
			w += width(s.text)
		}
		if w == 0 {
			continue
		}
		if used > 0 && used+2+w > columns {
			lines = append(lines, current)
			current, used = nil, 0
		}
		if used > 0 {
			current = append(current, span{"  ", plain})
			used += 2
		}
		current = append(current, item...)
		used += w
	}
	return append(lines, current)
}

func (b *board) dayText() string {
	if b.day == 0 {
		return "waiting for the first events"
	}
	return b.day.Weekday().String()[:3] + " " + b.day.String()
}

// customersText says it when the totals are not those of all customers.
func (b *board) customersText(known int) string {
	text := counted(len(b.customers), "customer")
	if known < len(b.customers) {
		text += fmt.Sprintf(", amounts of %d so far:", known)
	}
	return text
}

// caseLines are as many whole cases as fit, each on three lines: what, why, what to do.
func (b *board) caseLines(columns, most int) []line {
	var lines []line
	cases := b.cases(detectors.Warning)
	if len(cases) == 0 {
		return []line{{{"none: every customer is below warning", dim}}}
	}
	for i := range cases {
		next := b.oneCase(&cases[i], columns)
		if len(lines)+len(next) > most {
			return append(lines, line{{fmt.Sprintf("and %d more", len(cases)-i), dim}})
		}
		lines = append(lines, next...)
	}
	return lines
}

const indent = 11 // columns of the severity

func (b *board) oneCase(c *openCase, columns int) []line {
	who := b.who(c.customer)
	right := "since " + c.since.String()
	if c.atRisk().Currency != 0 {
		right = "at risk " + amount(c.atRisk()) + "  " + right
	}
	room := columns - indent - width(right) - 2
	head := line{severity(c.level()), {" ", plain}, {who, bold}}
	if room >= 24 {
		head[2].text = pad(cut(printable(who), room), room)
		head = append(head, span{"  " + right, plain})
	}
	why := sayAlert(&c.alerts[0])
	if n := len(c.alerts) - 1; n > 0 {
		why += fmt.Sprintf("  (and %d more: %s)", n, signalsOf(c.alerts[1:]))
	}
	blank := span{strings.Repeat(" ", indent), plain}
	lines := []line{head}
	if room < 24 {
		lines = append(lines, line{blank, {right, plain}})
	}
	lines = append(lines, line{blank, {why, plain}})
	if do := sayActions(c.alerts); do != "" {
		lines = append(lines, line{blank, {"Do: " + do, dim}})
	}
	return lines
}

// newestLines are the newest changes, one a line.
func (b *board) newestLines(columns, most int) []line {
	var lines []line
	signalWidth := 24
	if columns < 72 {
		signalWidth = 0
	}
	for i := len(b.newest) - 1; i >= 0 && len(lines) < most; i-- {
		t := &b.newest[i]
		lines = append(lines, line{
			{t.At.String() + " ", dim}, {arrow(t) + " ", plain}, severity(t.To), {" ", plain},
			{pad(t.Signal, signalWidth), plain}, {" " + b.who(t.Customer), plain},
			{"  " + sayAlert(t), dim},
		})
	}
	return lines
}

// severity is a level as a word of fixed width; what has none is over.
func severity(l detectors.Level) span {
	word := " cleared  "
	switch l {
	case detectors.Critical:
		word = " CRITICAL "
	case detectors.Warning:
		word = " WARNING  "
	case detectors.Info:
		word = " info     "
	}
	return span{word, looks[l]}
}

func arrow(t *alerts.Transition) string {
	if t.To > t.From {
		return "▲"
	}
	return "▽"
}

func signalsOf(list []alerts.Transition) string {
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].Signal
	}
	return strings.Join(names, ", ")
}

// amount is money in whole units, as people read it at a glance: EUR 285,120.
func amount(m state.Money) string {
	whole, _, _ := strings.Cut(alerts.English.Amount(m), ".")
	return whole
}

func sums(list []state.Money) string {
	if len(list) == 0 {
		return "0"
	}
	texts := make([]string, len(list))
	for i, m := range list {
		texts[i] = amount(m)
	}
	return strings.Join(texts, " + ")
}
