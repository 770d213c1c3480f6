package main

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// canonical is the part of the configuration that changes verdicts, with every default written out: one text for all
// files that mean the same. It is a configuration file itself, so that an old version kept by the store can be loaded
// again to fold what was judged by it.
func (c *config) canonical() []byte {
	var settings []setting
	for _, s := range settingsOf(c) {
		if s.verdict {
			settings = append(settings, s)
		}
	}
	slices.SortFunc(settings, func(a, b setting) int { return strings.Compare(a.key, b.key) })
	var b strings.Builder
	writeCanonical(&b, treeOf(settings))
	b.WriteByte('\n')
	return []byte(b.String())
}

// writeCanonical writes a block with its keys sorted, as JSON that is YAML too.
func writeCanonical(b *strings.Builder, at *branch) {
	if at.leaf != nil {
		b.WriteString(at.leaf.value.show())
		return
	}
	b.WriteByte('{')
	for i, word := range sortedKeys(at.children) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quote(word))
		b.WriteString(": ")
		writeCanonical(b, at.children[word])
	}
	b.WriteByte('}')
}

// version names the effective configuration in alert records: equal for all files that give the same verdicts.
func (c *config) version() string {
	sum := sha256.Sum256(c.canonical())
	return "sha256:" + hex.EncodeToString(sum[:])
}
