package detectors

import (
	"embed"
	"reflect"
	"strings"
)

//go:embed limit_*.go overdue*.go adverse_registry.go payment_*.go
//go:embed broken_promise.go
var sources embed.FS

// Doc is the doc comment of a detector's type: the text that users read.
func Doc(d Detector) string {
	name := reflect.TypeOf(d).Elem().Name()
	files, _ := sources.ReadDir(".")
	for _, f := range files {
		text, _ := sources.ReadFile(f.Name())
		if before, _, ok := strings.Cut(string(text), "\ntype "+name+" struct"); ok {
			return trailingComment(before)
		}
	}
	return ""
}

// trailingComment is the text of the line comments that a piece of source ends with.
func trailingComment(source string) string {
	lines := strings.Split(source, "\n")
	first := len(lines)
	for first > 0 && strings.HasPrefix(lines[first-1], "//") {
		first--
	}
	for i := first; i < len(lines); i++ {
		lines[i] = strings.TrimPrefix(strings.TrimPrefix(lines[i], "//"), " ")
	}
	return strings.Join(lines[first:], "\n")
}
