package erp

import "fmt"

// Fault is one thing wrong with a row, or with a file.
type Fault struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`   // 0: of the file as a whole
	Column string `json:"column,omitempty"` // where it stands, for people; empty: of the row as a whole
	Value  string `json:"value,omitempty"`  // what stands there
	Text   string `json:"message"`
}

// String is the fault as people read it: `items.csv:7: column "Net due date": "32.13.2026" is not a date as 02.01.2006 says`.
func (f Fault) String() string {
	text := f.Text
	if f.Value != "" {
		text = quoted(f.Value) + " " + text
	}
	if f.Column != "" {
		text = f.Column + ": " + text
	}
	if f.Line == 0 {
		return f.File + ": " + text
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, text)
}
