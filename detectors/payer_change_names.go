package detectors

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"slices"
	"strings"
	"unicode"
)

// formsText is the list of legal forms: who misses one adds a line.
//
//go:embed payer_change_forms.txt
var formsText string

var forms = readForms(formsText)

// legalForms are what is left out of a name, the longest first.
type legalForms struct {
	after, before map[string][][]string // words at the end of a name, at its beginning, by the outermost of them
	end, begin    []string              // the same in scripts without blanks, where they are parts of words
}

func readForms(text string) *legalForms {
	f := &legalForms{after: map[string][][]string{}, before: map[string][][]string{}}
	for line := range strings.Lines(text) {
		line, leads := strings.CutPrefix(strings.TrimSpace(line), "^")
		if line == "" || line[0] == '#' {
			continue
		}
		if strings.IndexFunc(line, unbroken) >= 0 {
			f.end = append(f.end, line)
			if leads {
				f.begin = append(f.begin, line)
			}
			continue
		}
		words := strings.Fields(line)
		first, last := words[0], words[len(words)-1]
		f.after[last] = append(f.after[last], words)
		if leads {
			f.before[first] = append(f.before[first], words)
		}
	}
	for _, lists := range []map[string][][]string{f.after, f.before} {
		for _, list := range lists {
			slices.SortStableFunc(list, func(a, b []string) int { return len(b) - len(a) })
		}
	}
	for _, list := range [][]string{f.end, f.begin} {
		slices.SortStableFunc(list, func(a, b string) int { return len(b) - len(a) })
	}
	return f
}

// unbroken tells whether a letter is of a script that puts no blanks between words.
func unbroken(r rune) bool {
	return r >= '\u1100' && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// plainName is a name as it is compared with others: whole, without case, blanks, punctuation and legal forms. It is empty only
// where the name has neither letters nor digits.
func plainName(name string) string {
	words := nameWords(name)
	for forms.strip(&words) {
	}
	return strings.Join(words, "")
}

// NameDigest is a digest of what is compared of a name; zero where that is nothing. The digests of two names are equal where they are the
// same name, and the name cannot be read from it.
func NameDigest(name string) uint64 { return digestOf(plainName(name)) }

func digestOf(plain string) uint64 {
	if plain == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(plain))
	return binary.BigEndian.Uint64(sum[:])
}

// strip leaves out one legal form, unless nothing would be left of the name, and tells whether there was one.
func (f *legalForms) strip(words *[]string) bool {
	all := *words
	if len(all) == 0 {
		return false
	}
	for _, form := range f.after[all[len(all)-1]] {
		if n := len(all) - len(form); n > 0 && slices.Equal(all[n:], form) {
			*words = all[:n]
			return true
		}
	}
	for _, form := range f.before[all[0]] {
		if n := len(form); len(all) > n && slices.Equal(all[:n], form) {
			*words = all[n:]
			return true
		}
	}
	if strings.IndexFunc(all[0], unbroken) < 0 && strings.IndexFunc(all[len(all)-1], unbroken) < 0 {
		return false
	}
	for _, form := range f.end {
		if rest, is := strings.CutSuffix(all[len(all)-1], form); is && abbreviates(form, rest, len(all)) {
			*words = replaceWord(all, len(all)-1, rest)
			return true
		}
	}
	for _, form := range f.begin {
		if rest, is := strings.CutPrefix(all[0], form); is && abbreviates(form, rest, len(all)) {
			*words = replaceWord(all, 0, rest)
			return true
		}
	}
	return false
}

// abbreviates tells whether a form can be left out where that leaves the rest of a word of a name: something must stay of the name,
// and a form of one letter is a word of its own, as in (株), or it is part of the name.
func abbreviates(form, rest string, words int) bool {
	if rest == "" {
		return words > 1
	}
	return len([]rune(form)) > 1
}

// replaceWord puts another word, or none, in the place of one.
func replaceWord(words []string, at int, by string) []string {
	if by == "" {
		return slices.Delete(words, at, at+1)
	}
	words[at] = by
	return words
}

// nameWords are the words of a name in lower case. Full stops and apostrophes are nothing, so that "S.A." is a word; all other
// punctuation stands between words, and single letters in a row are one word: "s. r. o." and "A/S" are abbreviations too.
func nameWords(name string) []string {
	var b strings.Builder
	for _, r := range name {
		if r >= '！' && r <= '～' {
			r -= '！' - '!' // the full width of East Asian type
		}
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			b.WriteRune(unicode.ToLower(r))
		case r == '.', r == '\'', r == '’', r == '`':
		default:
			b.WriteByte(' ')
		}
	}
	var words []string
	single := false
	for word := range strings.FieldsSeq(b.String()) {
		one := len([]rune(word)) == 1 && !unbroken([]rune(word)[0])
		if one && single {
			words[len(words)-1] += word
		} else {
			words = append(words, word)
		}
		single = one
	}
	return words
}
