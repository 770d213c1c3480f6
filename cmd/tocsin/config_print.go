package main

import (
	"bufio"
	"io"
	"strings"
)

// printDefaults writes a complete configuration with every key, its default, bounds and meaning. It loads as it is.
func printDefaults(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString("# Every key of Tocsin's configuration with its default. Keep the lines that differ and delete the rest.\n")
	b.WriteString("# A key can be given by the environment too, which wins: store.url is TOCSIN_STORE_URL.\n")
	b.WriteString("# A signal in mode shadow is judged and recorded under the rule set shadow, and nobody is told.\n")
	var open []string // blocks that the last line stood in
	for _, s := range settingsOf(defaultConfig()) {
		words := strings.Split(s.key, ".")
		blocks, word := words[:len(words)-1], words[len(words)-1]
		shared := commonPrefix(open, blocks)
		if shared == 0 {
			b.WriteByte('\n')
		}
		for i := shared; i < len(blocks); i++ {
			writeIndented(b, i, blocks[i]+":")
		}
		open = blocks
		writeComment(b, len(blocks), s)
		writeIndented(b, len(blocks), word+": "+s.value.show())
	}
	return b.Flush()
}

// writeComment writes a setting's meaning and bounds above its line.
func writeComment(b *bufio.Writer, depth int, s setting) {
	text := s.meaning()
	if bounds := s.value.bounds(); bounds != "" {
		text += " [" + bounds + "]"
	}
	for _, line := range wrap(text, 116-2*depth) {
		writeIndented(b, depth, "# "+line)
	}
}

func writeIndented(b *bufio.Writer, depth int, line string) {
	for range depth {
		b.WriteString("  ")
	}
	b.WriteString(line)
	b.WriteByte('\n')
}

func commonPrefix(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// wrap breaks a text into lines of at most width bytes where words allow it.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
