package main

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// branch is a block of the file: settings by their last word, and further blocks.
type branch struct {
	leaf     *setting // nil for a block
	children map[string]*branch
}

// treeOf arranges settings by the words of their keys.
func treeOf(settings []setting) *branch {
	root := &branch{children: map[string]*branch{}}
	for i := range settings {
		at := root
		for word := range strings.SplitSeq(settings[i].key, ".") {
			next := at.children[word]
			if next == nil {
				next = &branch{children: map[string]*branch{}}
				at.children[word] = next
			}
			at = next
		}
		at.leaf = &settings[i]
	}
	return root
}

// readTree fills the settings below b from a node and notes which keys were given.
func readTree(r *reader, c *config, key string, b *branch, n *yaml.Node) {
	if b.leaf != nil {
		c.given[key] = true
		r.places[key] = r.placeOf(n)
		b.leaf.value.read(r, key, n)
		return
	}
	known := make(map[string]func(*yaml.Node), len(b.children))
	for word, child := range b.children {
		known[word] = func(v *yaml.Node) { readTree(r, c, joined(key, word), child, v) }
	}
	r.block(n, key, known)
}

func joined(key, word string) string {
	if key == "" {
		return word
	}
	return key + "." + word
}
