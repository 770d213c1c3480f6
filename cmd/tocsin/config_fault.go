package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// fault is one thing wrong with the configuration: where it stands and what would be right.
type fault struct {
	source    string // the file, or the environment variable
	line, col int    // 0 for a variable
	text      string
}

// String is the fault as people read it: `tocsin.yaml:12:9: overdue.warning_days: 400 is not between 0 and 180`.
func (f fault) String() string {
	if f.line == 0 {
		return f.source + ": " + f.text
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.source, f.line, f.col, f.text)
}

// faults are all the faults of a configuration in the order of the text, those of the environment after those of the
// file. It is the error that loading returns.
type faults []fault

func (fs faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// asError is nil when there is no fault.
func (fs faults) asError() error {
	if len(fs) == 0 {
		return nil
	}
	slices.SortStableFunc(fs, func(a, b fault) int {
		return cmp.Or(
			compareFalseFirst(a.line == 0, b.line == 0),
			cmp.Compare(a.line, b.line),
			cmp.Compare(a.col, b.col),
		)
	})
	return fs
}

func compareFalseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// didYouMean ends a sentence about an unknown word with the nearest known one, if one is near.
func didYouMean(word string, known []string) string {
	best, distance := "", 1+max(1, len(word)/3)
	for _, k := range known {
		if d := editDistance(strings.ToLower(word), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// notOneOf says that a word is none of a closed list.
func notOneOf(word string, known []string) error {
	if hint := didYouMean(word, known); hint != "" {
		return fmt.Errorf("%q is not one of %s%s", clip(word), strings.Join(known, ", "), hint)
	}
	return fmt.Errorf("%q is not one of %s", clip(word), strings.Join(known, ", "))
}

// editDistance counts the insertions, deletions, substitutions and swaps of neighbours that turn a into b. Words longer
// than 64 bytes are as far from everything as can be: nobody mistypes them, and their table would be large.
func editDistance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return max(len(a), len(b))
	}
	var rows [3][65]int // rows[0] is the current one
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		rows[2], rows[1] = rows[1], rows[0]
		rows[0][0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[0][j] = min(rows[1][j]+1, rows[0][j-1]+1, rows[1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[0][j] = min(rows[0][j], rows[2][j-2]+1)
			}
		}
	}
	return rows[0][len(b)]
}

// clip shortens a value that is quoted in a message.
func clip(s string) string {
	const most = 60
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}

var errEmpty = errors.New("must not be empty")
