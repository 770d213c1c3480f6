package erp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readAll is each record as its line and fields, or its line and problem.
func readAll(t *testing.T, text, delimiter string, quotes bool) (all []string) {
	t.Helper()
	r := records{in: bufio.NewReaderSize(strings.NewReader(text), 16), delimiter: delimiter, quotes: quotes}
	var rec record
	for {
		err := r.next(&rec)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			return append(all, err.Error())
		}
		if rec.problem != "" {
			all = append(all, fmt.Sprintf("%d: %s", rec.line, rec.problem))
			continue
		}
		all = append(all, fmt.Sprintf("%d: %q", rec.line, rec.fields))
	}
}

func TestRecordsAreCutAsSpreadsheetsWriteThem(t *testing.T) {
	tests := []struct {
		name, text, delimiter string
		quotes                bool
		want                  []string
	}{
		{"lines end in either way, the last one in none", "a,b\r\nc,d\ne,f", ",", true, []string{`1: ["a" "b"]`, `2: ["c" "d"]`, `3: ["e" "f"]`}},
		{"blank lines are passed over and counted", "a\n\n  \nb\n", ",", true, []string{`1: ["a"]`, `4: ["b"]`}},
		{"white space around a field is none of it", " a ;\tb", ";", true, []string{`1: ["a" "b"]`}},
		{"empty fields", ";;", ";", true, []string{`1: ["" "" ""]`}},
		{"quotes hold delimiters and quotes", `"a;b";"say ""hi""";c`, ";", true, []string{`1: ["a;b" "say \"hi\"" "c"]`}},
		{"quotes hold lines", "\"a\nb\r\nc\",d\ne,f", ",", true, []string{`1: ["a\nb\nc" "d"]`, `4: ["e" "f"]`}},
		{"a quote inside a field is a quote", `5" pipe,3`, ",", true, []string{`1: ["5\" pipe" "3"]`}},
		{"without quotes each is a quote", `|"a|b|`, "|", false, []string{`1: ["" "\"a" "b" ""]`}},
		{"a quote that nobody closes costs its line alone", "a,\"b\nc,d\ne,f", ",", true, []string{"1: a quote is opened and not closed", `2: ["c" "d"]`, `3: ["e" "f"]`}},
		{"text after a closing quote costs its line alone", "\"a\"b,c\nd,e", ",", true, []string{"1: there is text after a closing quote", `2: ["d" "e"]`}},
		{"a quote that closes in another field gives its lines back", "\"a,b\nc \"d\" e\nf", ",", true,
			[]string{"1: there is text after a closing quote", `2: ["c \"d\" e"]`, `3: ["f"]`}},
		{"what is not UTF-8", "a\xFF,b\nc", ",", true, []string{"1: the line is not text of the encoding that the mapping names", `2: ["c"]`}},
		{"a line without end", strings.Repeat("x", mostLine+1), ",", true, []string{"line 1 is longer than 1048576 bytes"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, readAll(t, tt.text, tt.delimiter, tt.quotes)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
