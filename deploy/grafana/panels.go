// Package grafana writes Tocsin's dashboards as Grafana reads them: classic JSON, one file each. What stands beside it is what it wrote;
// its test compares, and with -update writes anew.
//
// # Why
//
// A few structs, and not a library: the one for Go is not to be had as a module, and JSON by hand drifts from panel to panel.
package grafana

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

//go:generate go test -run TestDashboardsAreWhatIsWritten -update .

// Board is one dashboard.
type Board struct {
	UID, Title, About string
	Panels            []Panel
}

// Panel is one panel. In its queries SEL stands for the matchers of job and instance, JOB for that of job, and W for the interval of rates.
type Panel struct {
	Title, About string
	Kind         string // timeseries, stat, state-timeline, table
	Unit         string // Grafana's id of it
	Width        int    // of 24
	Warn, Bad    float64
	Low          bool     // what is below Bad is bad, not what is above; Warn then is the higher one
	Words        []string // shown for 0, 1 and so on; empty: the number
	Well         float64  // up to which the first of them is shown
	None         string   // shown where there is no data
	Queries      []Query
}

// Query is one query of a panel.
type Query struct{ Expr, Legend string }

const (
	height        = 8
	heightOfStat  = 4
	schemaVersion = 42
	ofJob         = `job=~"$job"`
	selector      = ofJob + `,instance=~"$instance"`
)

type object = map[string]any

var source = object{"type": "prometheus", "uid": "$datasource"}

// PromQL is a query with its matchers and its interval, as Grafana gets it.
func (q Query) PromQL() string {
	return strings.NewReplacer("SEL", selector, "JOB", ofJob, "[W]", "[$__rate_interval]").Replace(q.Expr)
}

// JSON is the dashboard as Grafana reads it.
func (b *Board) JSON() []byte {
	var panels []object
	x, y, row := 0, 0, 0
	for i := range b.Panels {
		p := &b.Panels[i]
		if x+p.Width > 24 {
			x, y, row = 0, y+row, 0
		}
		row = max(row, p.height())
		panels = append(panels, p.object(i+1, x, y))
		x += p.Width
	}
	text, err := json.MarshalIndent(object{
		"uid": b.UID, "title": b.Title, "description": b.About, "schemaVersion": schemaVersion, "version": 1, "editable": false, "tags": []string{"tocsin"},
		"timezone": "browser", "refresh": "30s", "time": object{"from": "now-6h", "to": "now"}, "graphTooltip": 1,
		"links": []object{{
			"title": "Tocsin", "type": "dashboards", "tags": []string{"tocsin"}, "asDropdown": true, "keepTime": true, "includeVars": true,
			"icon": "external link", "tooltip": "", "targetBlank": false,
		}},
		"annotations": object{"list": []object{}},
		"templating": object{"list": []object{
			{"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"},
			variable("job", `label_values(tocsin_build_info, job)`),
			variable("instance", `label_values(tocsin_build_info{job=~"$job"}, instance)`),
		}},
		"panels": panels,
	}, "", "  ")
	if err != nil {
		panic(err) // texts and numbers have no way to fail
	}
	return append(text, '\n')
}

func variable(name, query string) object {
	return object{
		"name": name, "label": strings.ToUpper(name[:1]) + name[1:], "type": "query", "datasource": source,
		"query": object{"query": query, "refId": name}, "refresh": 2, "includeAll": true, "multi": true, "allValue": ".+",
		"current": object{"text": "All", "value": "$__all"},
	}
}

func (p *Panel) height() int {
	if p.Kind == "stat" {
		return heightOfStat
	}
	return height
}

func (p *Panel) object(id, x, y int) object {
	var targets []object
	for i, q := range p.Queries {
		t := object{"refId": string(rune('A' + i)), "datasource": source, "expr": q.PromQL(), "legendFormat": q.Legend}
		if p.Kind == "table" {
			t["instant"], t["format"] = true, "table"
		}
		targets = append(targets, t)
	}
	defaults := object{"unit": p.Unit}
	if p.Warn != 0 || p.Bad != 0 {
		defaults["thresholds"] = object{"mode": "absolute", "steps": p.steps()}
		defaults["color"] = object{"mode": "thresholds"}
		if p.Kind == "timeseries" {
			defaults["color"] = object{"mode": "palette-classic"}
		}
	}
	if p.None != "" {
		defaults["noValue"] = p.None
	}
	words := object{}
	for value, word := range p.Words {
		if word != "" {
			words[strconv.Itoa(value)] = object{"text": word, "index": value}
		}
	}
	switch {
	case p.Well > 0:
		defaults["mappings"] = []object{{"type": "range", "options": object{"from": 0, "to": p.Well, "result": object{"text": p.Words[0], "index": 0}}}}
	case len(words) > 0:
		defaults["mappings"] = []object{{"type": "value", "options": words}}
	}
	return object{
		"id": id, "type": p.Kind, "title": p.Title, "description": p.About, "datasource": source, "targets": targets,
		"gridPos":     object{"x": x, "y": y, "w": p.Width, "h": p.height()},
		"fieldConfig": object{"defaults": defaults, "overrides": p.overrides()},
		"options":     options[p.Kind],
	}
}

// grave are colours of lines that are named by a level or a grade: the same everywhere, and red is the worst.
var grave = []struct{ colour, names string }{
	{"red", "critical|bad"}, {"orange", "warning|watch"}, {"yellow", "fair"}, {"blue", "info|good"}, {"green", "none|excellent"},
}

func (p *Panel) overrides() []object {
	all := []object{}
	if !slices.ContainsFunc(p.Queries, func(q Query) bool { return strings.HasPrefix(q.Legend, "{{level}}") || q.Legend == "{{grade}}" }) {
		return all
	}
	for _, g := range grave {
		all = append(all, object{
			"matcher":    object{"id": "byRegexp", "options": "/^(" + g.names + ")\\b/"},
			"properties": []object{{"id": "color", "value": object{"mode": "fixed", "fixedColor": g.colour}}},
		})
	}
	return all
}

func (p *Panel) steps() []object {
	base, last := "green", "red"
	if p.Low {
		base, last = "red", "green"
	}
	low, high := min(p.Warn, p.Bad), max(p.Warn, p.Bad)
	return []object{{"color": base, "value": nil}, {"color": "orange", "value": low}, {"color": last, "value": high}}
}

var options = map[string]object{
	"timeseries": {"legend": object{"displayMode": "list", "placement": "bottom", "showLegend": true}, "tooltip": object{"mode": "multi", "sort": "desc"}},
	"stat":       {"reduceOptions": object{"calcs": []string{"lastNotNull"}, "fields": "", "values": false}, "colorMode": "background", "graphMode": "area"},
	"state-timeline": {
		"legend": object{"displayMode": "list", "placement": "bottom", "showLegend": false}, "tooltip": object{"mode": "single", "sort": "none"},
		"showValue": "auto", "mergeValues": true, "rowHeight": 0.9, "alignValue": "left",
	},
	"table": {"showHeader": true},
}
