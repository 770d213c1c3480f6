package erp

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// Import reads exports through a mapping. Fill the exported fields, read the files, then take what they make.
//
//	i := erp.Import{Mapping: m, Zone: time.UTC, AsOf: exported, Revision: 202611200000}
//	err := i.Read("items.csv", file)
//	events := i.Events()
//
// Everything is held in memory, about a kilobyte a document.
type Import struct {
	Mapping  *Mapping
	Zone     *time.Location // in which the export's dates are days
	AsOf     state.Instant  // when the export was made; a ledger can do without
	Revision int64          // of all events

	decoder  *contract.Decoder
	encoded  []byte // a document for the decoder
	list     ledger
	previous *ledger // the list of last time; nil: none was given
	counts   Counts
	cleared  Cleared
	events   int
	faults   []Fault
	files    []string
}

// Counts are what has become of the lines of all files. Lines = Converted + Skipped + Zero + Faulty.
type Counts struct {
	Files     int `json:"files"`
	Lines     int `json:"lines"` // that are not blank
	Converted int `json:"converted"`
	Skipped   int `json:"skipped"` // headings, lines that the mapping skips, document types that it leaves out
	Zero      int `json:"zero"`    // documents of no money
	Faulty    int `json:"faulty"`
}

// errNoHeading: the file was not converted; its fault says why.
var errNoHeading = errors.New("no heading")

// Read reads a file. What is wrong with its rows is a fault, not an error; the error is of reading, and what was read before
// stands.
func (i *Import) Read(name string, r io.Reader) error {
	i.counts.Files++
	i.files = append(i.files, name)
	return i.read(name, r, &i.list, &i.counts, &i.faults)
}

// Previous reads a file of the list of last time, which tells what has gone since. Faults of its rows are not told again;
// that it has no heading is an error.
func (i *Import) Previous(name string, r io.Reader) error {
	if i.previous == nil {
		i.previous = &ledger{}
	}
	var faults []Fault
	err := i.read(name, r, i.previous, new(Counts), &faults)
	if err == nil && i.previous.unread {
		return errors.New(faults[0].String())
	}
	return err
}

func (i *Import) read(name string, from io.Reader, to *ledger, counts *Counts, faults *[]Fault) error {
	in, err := decoded(from, i.Mapping.Format.Encoding)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	f := file{
		Import: i, name: name, to: to, counts: counts, faults: faults,
		records: records{
			in: in, delimiter: string(i.Mapping.Format.Delimiter), quotes: i.Mapping.Format.Quotes, lossy: i.Mapping.Format.Encoding != "utf-8",
		},
	}
	err = f.rows()
	if errors.Is(err, io.EOF) || errors.Is(err, errNoHeading) {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

// file is one file while it is read.
type file struct {
	*Import
	name    string
	to      *ledger
	counts  *Counts
	faults  *[]Fault
	records records
	record  record
	places  places
}

// rows reads all rows. The error is io.EOF at the end.
func (f *file) rows() error {
	var headed bool
	if f.places, headed = f.Mapping.numbered(); !headed {
		if err := f.heading(); err != nil {
			return err
		}
	}
	for {
		if err := f.records.next(&f.record); err != nil {
			return err
		}
		f.counts.Lines++
		f.row()
	}
}

// heading looks for the row that names every mapped column. Without one the file has one fault for each column that is
// missing in the row that has most of them.
func (f *file) heading() error {
	var best struct {
		line    int
		missing []string
		names   []string
	}
	for range mostHeadingRow {
		err := f.records.next(&f.record)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err != nil {
			break
		}
		f.counts.Lines++
		found, missing := f.Mapping.locate(&f.record)
		if len(missing) == 0 {
			f.counts.Skipped = f.counts.Lines - f.counts.Converted - f.counts.Zero - f.counts.Faulty
			f.places = found
			return nil
		}
		if len(missing) < len(f.Mapping.Columns) && (best.line == 0 || len(missing) < len(best.missing)) {
			best.line, best.missing, best.names = f.record.line, missing, found.names
		}
	}
	f.to.gap, f.to.unread = true, true
	if best.line == 0 {
		*f.faults = append(*f.faults, Fault{File: f.name, Text: "no line names any of the mapped columns: is it this export, with this delimiter and encoding?"})
	}
	for _, m := range best.missing {
		*f.faults = append(*f.faults, Fault{File: f.name, Line: best.line, Text: m})
	}
	if best.line > 0 {
		*f.faults = append(*f.faults, Fault{File: f.name, Line: best.line, Text: fmt.Sprintf("the columns are %q", best.names)})
	}
	f.counts.Faulty = f.counts.Lines - f.counts.Converted - f.counts.Zero - f.counts.Skipped
	return errNoHeading
}

// row reads one row into the ledger.
func (f *file) row() {
	if f.leftOut() {
		f.counts.Skipped++
		return
	}
	r := reader{
		mapping: f.Mapping, numbers: numbers{f.Mapping.Format.Decimal, f.Mapping.Format.Thousands}, places: &f.places, file: f.name, record: &f.record,
	}
	problem := f.record.problem
	if problem == "" {
		problem = f.places.fit(&f.record)
	}
	if problem != "" {
		f.refuse(row{}, []Fault{{File: f.name, Line: f.record.line, Text: problem}})
		return
	}
	w := r.read()
	switch {
	case len(r.faults) > 0:
		f.refuse(w, r.faults)
	case w.kind == Skip:
		f.counts.Skipped++
	case w.kind == "":
		f.counts.Zero++
	default:
		if fault := f.to.add(&w); fault != nil {
			f.refuse(w, []Fault{*fault})
			return
		}
		f.counts.Converted++
	}
}

// refuse leaves a row out. What it would have been is remembered, so that its document is not taken for one that has gone.
func (f *file) refuse(w row, faults []Fault) {
	f.counts.Faulty++
	*f.faults = append(*f.faults, faults...)
	f.to.leave(w)
}

// leftOut tells whether the mapping skips the line, or it repeats the heading.
func (f *file) leftOut() bool {
	for _, skip := range f.Mapping.Skip {
		if skip.Match(f.record.raw) {
			return true
		}
	}
	return f.places.names != nil && slices.Equal(f.places.names, f.record.fields)
}

// Faults are all faults of all files, in the order of the files and their lines. The contract's own are among them once the
// events are made.
func (i *Import) Faults() []Fault {
	faults := slices.Clone(i.faults)
	slices.SortStableFunc(faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(slices.Index(i.files, a.File), slices.Index(i.files, b.File)), cmp.Compare(a.Line, b.Line))
	})
	return faults
}
