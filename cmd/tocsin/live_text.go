package main

import (
	"strings"
	"unicode"
)

// paint is how a piece of text looks on a terminal.
type paint string

const (
	plain  paint = ""
	bold   paint = "1"
	dim    paint = "2"
	red    paint = "1;97;41" // white on red: readable on any background
	yellow paint = "1;30;43"
	cyan   paint = "36"
	green  paint = "32"
)

// span is a piece of text of one look.
type span struct {
	text string
	look paint
}

// line is one line of a screen.
type line []span

// printable replaces what a terminal would obey rather than show: names come from publishers and may hold anything.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) && r != '\u2028' && r != '\u2029' {
			return r
		}
		return '·'
	}, s)
}

// cells is how many columns a rune takes: two for the wide scripts, none for marks that join the rune before.
func cells(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0x1f300 && r <= 0x1faff ||
		r >= 0x20000 && r <= 0x3fffd):
		return 2
	default:
		return 1
	}
}

func width(s string) int {
	n := 0
	for _, r := range s {
		n += cells(r)
	}
	return n
}

// cut shortens a text to at most so many columns, with an ellipsis where something is missing.
func cut(s string, most int) string {
	if width(s) <= most {
		return s
	}
	if most <= 0 {
		return ""
	}
	n := 0
	for i, r := range s {
		if n+cells(r) > most-1 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
		n += cells(r)
	}
	return s
}

// pad fills a text to at least so many columns.
func pad(s string, least int) string { return s + strings.Repeat(" ", max(0, least-width(s))) }

// render writes the line into at most so many columns.
func (l line) render(b *strings.Builder, columns int, colour bool) {
	for _, s := range l {
		text := cut(printable(s.text), columns)
		columns -= width(text)
		if text == "" {
			continue
		}
		if colour && s.look != plain {
			b.WriteString("\x1b[" + string(s.look) + "m" + text + "\x1b[0m")
		} else {
			b.WriteString(text)
		}
	}
}
