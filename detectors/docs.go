package detectors

import (
	"embed"
	"reflect"
	"regexp"
	"strings"
)

//go:embed limit_*.go overdue*.go adverse_registry.go payment_*.go
//go:embed broken_promise.go
//go:embed terms_request.go
//go:embed contact_lost.go
//go:embed payer_change.go
//go:embed turnover_swing.go
//go:embed custom.go
//go:embed order_pattern_break.go
//go:embed composite.go
//go:embed partial_payment*.go
//go:embed dispute_stall.go
var sources embed.FS

// Doc is the doc comment of a detector's type: the text that users read. Where it names a field it says the parameter that sets
// the field, as the configuration has it. That of a custom sign ends with its conditions.
func Doc(d Detector) string {
	text := docOf(d)
	if custom, ok := d.(*Custom); ok {
		return strings.Join(append([]string{text, ""}, custom.conditions()...), "\n")
	}
	return text
}

func docOf(d Detector) string {
	name := reflect.TypeOf(d).Elem().Name()
	files, _ := sources.ReadDir(".")
	for _, f := range files {
		text, _ := sources.ReadFile(f.Name())
		if before, _, ok := strings.Cut(string(text), "\ntype "+name+" struct"); ok {
			return withParams(trailingComment(before), d)
		}
	}
	return ""
}

// withParams is a text with the names of a detector's fields replaced by those of its parameters.
func withParams(text string, d Detector) string {
	fresh := reflect.New(reflect.TypeOf(d).Elem())
	fields := fresh.Elem()
	for _, p := range fresh.Interface().(Detector).Params() {
		if p.List != nil {
			text = nameList(text, fields, p)
			continue
		}
		before := reflect.ValueOf(fields.Interface())
		p.set(p.get() + 1) // which field that changes is the parameter's
		for i := range fields.NumField() {
			if field := fields.Field(i); field.Comparable() && !field.Equal(before.Field(i)) {
				text = regexp.MustCompile(`\b`+fields.Type().Field(i).Name+`\b`).ReplaceAllLiteralString(text, p.Name)
			}
		}
	}
	return text
}

// nameList replaces the name of the field that holds a list.
func nameList(text string, fields reflect.Value, p Param) string {
	for i := range fields.NumField() {
		if fields.Type().Field(i).IsExported() && fields.Field(i).Addr().Interface() == any(p.List) {
			text = regexp.MustCompile(`\b`+fields.Type().Field(i).Name+`\b`).ReplaceAllLiteralString(text, p.Name)
		}
	}
	return text
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
