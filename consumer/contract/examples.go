package contract

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

// exampleFiles holds one file per type, named after it. A file is a row of examples, each a document below its title:
//
//	-- minimal: CAPTION --                   what is required and nothing else
//	-- full: CAPTION --                      every member of the type
//	-- valid: CAPTION --                     anything else that is right
//	-- refused CODE /POINTER: CAPTION --     one fault, and where it is
//
//go:embed examples/*.txt
var exampleFiles embed.FS

// Role is what an example is an example of.
type Role string

// The roles of examples.
const (
	Minimal Role = "minimal" // what is required and nothing else
	Full    Role = "full"    // every member of the type
	Valid   Role = "valid"   // anything else that is right
	Refused Role = "refused" // one fault
)

// Example is a document of a type that shows something.
type Example struct {
	Role    Role
	Code    Code   // of a refused one
	Pointer string // to what is refused
	Caption string // what there is to see, as part of a sentence
	Text    string // the document over several lines, as people read it
}

// Line is the document on one line, as it stands in a file of events or goes into a producer.
func (e Example) Line() []byte {
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(e.Text)); err != nil {
		panic("contract: an example that is no JSON: " + err.Error())
	}
	return b.Bytes()
}

// Examples are those of a type by its full name, in the order of its file: minimal, full, other valid ones, refused ones.
// There are none when there is no such type.
func Examples(name string) []Example {
	text, err := exampleFiles.ReadFile("examples/" + ShortName(name) + ".txt")
	if err != nil {
		return nil
	}
	examples, err := parseExamples(string(text))
	if err != nil {
		panic("contract: examples of " + name + ": " + err.Error())
	}
	return examples
}

// ShortName is a type's name without what all have in common: invoice.issued.
func ShortName(name string) string {
	return strings.TrimSuffix(strings.TrimPrefix(name, prefix), version)
}

func parseExamples(text string) ([]Example, error) {
	var examples []Example
	for line := range strings.Lines(text) {
		title, ok := strings.CutPrefix(strings.TrimSuffix(line, " --\n"), "-- ")
		if ok {
			e, err := parseTitle(title)
			if err != nil {
				return nil, err
			}
			examples = append(examples, e)
			continue
		}
		if len(examples) == 0 {
			return nil, fmt.Errorf("text before the first title: %s", line)
		}
		examples[len(examples)-1].Text += line
	}
	return examples, nil
}

// parseTitle reads the title of an example without its dashes.
func parseTitle(title string) (Example, error) {
	head, caption, ok := strings.Cut(title, ": ")
	words := strings.Fields(head)
	if !ok || len(words) == 0 {
		return Example{}, fmt.Errorf("title %q: want a role, a colon and a caption", title)
	}
	e := Example{Role: Role(words[0]), Caption: caption}
	switch {
	case len(words) == 3 && e.Role == Refused:
		e.Code, e.Pointer = Code(words[1]), words[2]
	case len(words) != 1 || e.Role != Minimal && e.Role != Full && e.Role != Valid:
		return Example{}, fmt.Errorf("title %q: want minimal, full, valid, or refused with code and pointer", title)
	}
	return e, nil
}
