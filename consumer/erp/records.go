package erp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of what a record may be: more is a quote that nobody closes, or no CSV.
const (
	mostLine   = 1 << 20 // bytes
	mostQuoted = 100     // lines of one record
)

// record is one row of an export. Its first line is valid until the next one is read.
type record struct {
	line    int      // of its first line, counted from 1
	raw     []byte   // its first line
	fields  []string // without white space around them
	problem string   // why the fields are not to be relied upon; empty: they are
	further [][]byte // its lines after the first
}

// records reads an export row by row.
type records struct {
	in        *bufio.Reader
	delimiter string
	quotes    bool
	lossy     bool // U+FFFD stands for what the encoding does not have
	line      int  // lines taken so far
	ahead     [][]byte
	err       error // what ended the file
}

// next reads a record that is not blank. The error is io.EOF after the last one.
func (r *records) next(rec *record) error {
	for {
		text, err := r.take()
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		*rec = record{line: r.line, raw: text, fields: rec.fields[:0]}
		if !r.split(rec) {
			r.giveBack(rec.further)
		} else if !r.legible(rec) {
			rec.problem = "the line is not text of the encoding that the mapping names"
		}
		return nil
	}
}

// legible tells whether a record is text of the encoding.
func (r *records) legible(rec *record) bool {
	if r.lossy {
		return !slices.ContainsFunc(rec.fields, func(f string) bool { return strings.ContainsRune(f, utf8.RuneError) })
	}
	return !slices.ContainsFunc(rec.fields, func(f string) bool { return !utf8.ValidString(f) })
}

// take is the next line, without its end.
func (r *records) take() ([]byte, error) {
	if len(r.ahead) > 0 {
		text := r.ahead[0]
		r.ahead = r.ahead[1:]
		r.line++
		return text, nil
	}
	if r.err != nil {
		return nil, r.err
	}
	text, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		text = bytes.Clone(text)
		for errors.Is(err, bufio.ErrBufferFull) && len(text) <= mostLine {
			var more []byte
			more, err = r.in.ReadSlice('\n')
			text = append(text, more...)
		}
	}
	if len(text) > mostLine {
		r.err = fmt.Errorf("line %d is longer than %d bytes", r.line+1, mostLine)
		return nil, r.err
	}
	if err != nil {
		r.err = err
		if len(text) == 0 {
			return nil, err
		}
	}
	r.line++
	return bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r")), nil
}

// split cuts a record into fields. False: it has a problem, and further lines that it has taken are to be given back.
func (r *records) split(rec *record) bool {
	rest, more := string(rec.raw), true
	if !r.quotes || strings.IndexByte(rest, '"') < 0 {
		for field := range strings.SplitSeq(rest, r.delimiter) {
			rec.fields = append(rec.fields, strings.TrimSpace(field))
		}
		return true
	}
	for more {
		var field string
		if opened := strings.TrimLeft(rest, " "); strings.HasPrefix(opened, `"`) {
			var ok bool
			if field, rest, ok = r.quoted(rec, opened[1:]); !ok {
				return false
			}
			after := strings.TrimLeft(rest, " ")
			if rest, more = strings.CutPrefix(after, r.delimiter); !more && strings.TrimSpace(after) != "" {
				rec.problem = "there is text after a closing quote"
				return false
			}
		} else {
			field, rest, more = strings.Cut(rest, r.delimiter)
		}
		rec.fields = append(rec.fields, strings.TrimSpace(field))
	}
	return true
}

// quoted reads a field in quotes up to its end, be it on a later line; body is what follows the quote that opens it.
func (r *records) quoted(rec *record, body string) (field, after string, ok bool) {
	for {
		if field, after, ok = unquote(body); ok {
			return field, after, true
		}
		if len(rec.further) == 0 {
			rec.raw = bytes.Clone(rec.raw) // the next line is read over it
		}
		if len(rec.further) < mostQuoted && len(body) < mostLine {
			if line, err := r.take(); err == nil {
				rec.further = append(rec.further, bytes.Clone(line))
				body += "\n" + string(line)
				continue
			}
		}
		rec.problem = "a quote is opened and not closed"
		return "", "", false
	}
}

// giveBack makes lines that were taken for the rest of a record lines of their own again.
func (r *records) giveBack(lines [][]byte) {
	r.line -= len(lines)
	r.ahead = append(lines, r.ahead...)
}

// unquote reads up to the quote that ends a field; two in a row stand for one.
func unquote(body string) (field, after string, closed bool) {
	plain := true
	for i := 0; i < len(body); i++ {
		if body[i] != '"' {
			continue
		}
		if i+1 < len(body) && body[i+1] == '"' {
			plain = false
			i++
			continue
		}
		field = body[:i]
		if !plain {
			field = strings.ReplaceAll(field, `""`, `"`)
		}
		return field, body[i+1:], true
	}
	return "", "", false
}
