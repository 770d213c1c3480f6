package main

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// variable is the environment's name of a key: store.url is TOCSIN_STORE_URL.
func variable(key string) string {
	return "TOCSIN_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// readEnvironment overlays the settings with the variables that name them. A list is written with commas, a map or a
// list of blocks as one line of YAML. A variable that begins like ours and names no key is a warning and no fault: the
// platform may set some, such as TOCSIN_PORT for a service of that name.
func readEnvironment(r *reader, c *config, settings []setting, environ []string) (warnings []string) {
	byName := make(map[string]*setting, len(settings))
	names := make([]string, 0, len(settings))
	for i := range settings {
		name := variable(settings[i].key)
		byName[name] = &settings[i]
		names = append(names, name)
	}
	for _, entry := range slices.Sorted(slices.Values(environ)) {
		name, text, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "TOCSIN_") {
			continue
		}
		s, known := byName[name]
		if !known {
			warnings = append(warnings, fmt.Sprintf("%s: no setting has this name%s", clip(name), didYouMean(name, names)))
			continue
		}
		c.given[s.key] = true
		r.places[s.key] = place{source: name, node: &yaml.Node{}}
		from := reader{source: name}
		if len(text) > maxConfigBytes {
			from.refuse(&yaml.Node{}, s.key, "is larger than %d KiB", maxConfigBytes>>10)
		} else {
			s.value.readText(&from, s.key, text)
		}
		r.faults = append(r.faults, from.faults...)
	}
	return warnings
}
