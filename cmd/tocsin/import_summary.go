package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

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
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\nkind\tdocuments\ttotal\topen\tcurrency\t")
	for _, k := range s.Kinds {
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t\n", k.Kind, k.Count, k.Total, k.Open, k.Currency)
	}
	for _, o := range s.Open {
		fmt.Fprintf(table, "open, credits taken off\t\t\t%s\t%s\t\n", o.Total, o.Currency)
	}
	if len(s.Largest) > 0 {
		fmt.Fprintln(table, "\nlargest customers\t\t\topen\tcurrency\t")
	}
	for _, d := range s.Largest {
		fmt.Fprintf(table, "%s\t\t\t%s\t%s\t\n", strings.TrimSpace(string(d.Customer)+" "+d.Name), d.Open, d.Currency)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(to, out.String())
	return err
}
