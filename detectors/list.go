package detectors

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// List is a parameter that is a list of words. The configuration writes it as JSON, which is YAML too.
type List struct {
	words []string
	plain map[string]bool // of each word as it is and as a name is compared
}

const (
	mostWords  = 1000
	mostLetter = 512 // of a word: as long as names may be
)

// CheckWord tells what is wrong with a word of a list, nil: nothing.
func CheckWord(word string) error {
	switch n := utf8.RuneCountInString(word); {
	case word == "":
		return errors.New("is empty")
	case n > mostLetter:
		return fmt.Errorf("is longer than %d characters", mostLetter)
	}
	return nil
}

// String is the list as the configuration writes it.
func (l *List) String() string {
	text, err := json.Marshal(append([]string{}, l.words...))
	if err != nil {
		panic("detectors: a list of words: " + err.Error())
	}
	return string(text)
}

func (l *List) set(text string) error {
	var words []string
	if err := json.Unmarshal([]byte(text), &words); err != nil || words == nil {
		return fmt.Errorf("%q is not a list of texts", text)
	}
	if len(words) > mostWords {
		return fmt.Errorf("has more than %d entries", mostWords)
	}
	plain := make(map[string]bool, 2*len(words))
	for i, word := range words {
		if err := CheckWord(word); err != nil {
			return fmt.Errorf("entry %d %w", i+1, err)
		}
		if slices.Contains(words[:i], word) {
			return fmt.Errorf("%q comes twice", word)
		}
		plain[word] = true
		if name := plainName(word); name != "" {
			plain[name] = true
		}
	}
	l.words, l.plain = words, plain
	return nil
}

// has tells whether a word is in the list as it is.
func (l *List) has(word string) bool {
	return word != "" && l.plain[word] && slices.Contains(l.words, word)
}

// hasName tells whether a name is in the list, given as it is compared.
func (l *List) hasName(plain string) bool { return plain != "" && l.plain[plain] }

// listOf declares a parameter that is a list of words, none of them by default.
func listOf(field *List, name, doc string) Param {
	return Param{Name: name, Doc: doc, Default: "[]", List: field}
}
