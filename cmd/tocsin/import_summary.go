package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"tocsin/consumer/erp"
)

// writeImportSummary writes what was imported, so that it can be ticked off against the ERP.
func writeImportSummary(to io.Writer, s *erp.Summary, destination string) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%d lines: %d converted, %d skipped, %d without money, %d faulty\n", s.Lines, s.Converted, s.Skipped, s.Zero, s.Faulty)
	fmt.Fprintf(&out, "%d events of %d customers, revision %d, %s\n", s.Events, s.Customers, s.Revision, destination)
	if c := s.Cleared; c != nil {
		if c.Withheld {
			out.WriteString("nothing was taken for settled: a faulty line does not tell its document, so that it may be any\n")
		} else {
			fmt.Fprintf(&out, "since the previous list %d documents were settled, %d are open again\n", c.Documents, c.Reopened)
		}
	}
	width := len("open, credits taken off")
	for _, d := range s.Largest {
		width = max(width, utf8.RuneCountInString(debtorName(d)))
	}
	row := func(label, count, total, open, currency string) {
		line := fmt.Sprintf("%-*s %10s %20s %20s  %s", width, label, count, total, open, currency)
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	out.WriteByte('\n')
	row("", "documents", "total", "open", "")
	for _, k := range s.Kinds {
		row(string(k.Kind), strconv.Itoa(k.Count), k.Total, k.Open, k.Currency)
	}
	for _, o := range s.Open {
		row("open, credits taken off", "", "", o.Total, o.Currency)
	}
	if len(s.Largest) > 0 {
		out.WriteString("\nlargest customers\n")
	}
	for _, d := range s.Largest {
		row(debtorName(d), "", "", d.Open, d.Currency)
	}
	_, err := io.WriteString(to, out.String())
	return err
}

func debtorName(d erp.Debtor) string { return strings.TrimSpace(string(d.Customer) + " " + d.Name) }
