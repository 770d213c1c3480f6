package grafana

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the dashboards")

func TestDashboardsAreWhatIsWritten(t *testing.T) {
	for _, b := range Boards() {
		file, want := b.UID+".json", b.JSON()
		if *update {
			if err := os.WriteFile(file, want, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the package writes (%v): go generate ./deploy/grafana", file, err)
		}
	}
}

// faults are what Grafana's own linter would say of a dashboard, and what makes one hard to read.
func faults(b *Board) (all []string) {
	say := func(p *Panel, what string) { all = append(all, b.UID+": "+p.Title+": "+what) }
	if len(b.Panels) > 20 {
		all = append(all, b.UID+": more panels than anybody looks at")
	}
	titles, row := map[string]bool{}, 0
	for i := range b.Panels {
		p := &b.Panels[i]
		if row += p.Width; row == 24 { // no holes
			row = 0
		} else if row > 24 || i == len(b.Panels)-1 {
			say(p, "the row is not full, or too full")
			row = p.Width
		}
		if p.Title == "" || p.About == "" || p.Unit == "" || titles[p.Title] {
			say(p, "wants a title of its own, a description and a unit")
		}
		titles[p.Title] = true
		if options[p.Kind] == nil || p.Width < 1 || p.Width > 24 || len(p.Queries) == 0 {
			say(p, "is no panel")
		}
		for _, q := range p.Queries {
			expr := q.PromQL()
			if strings.Count(expr, "tocsin_")+strings.Count(expr, "process_")+strings.Count(expr, "go_")+strings.Count(expr, "up{") != strings.Count(expr, selector) {
				say(p, "a metric is not matched by job and instance: "+expr)
			}
			for _, f := range []string{"rate(", "increase("} {
				if _, after, is := strings.Cut(expr, f); is && !strings.Contains(after, "}[") {
					say(p, "no interval: "+expr)
				}
			}
			if strings.Count(expr, "(") != strings.Count(expr, ")") {
				say(p, "brackets: "+expr)
			}
			if p.Kind == "timeseries" && q.Legend == "" {
				say(p, "no legend: "+expr)
			}
		}
	}
	return all
}

func TestDashboardsHaveNoFaults(t *testing.T) {
	for _, b := range Boards() {
		for _, fault := range faults(&b) {
			t.Error(fault)
		}
	}
	bad := Board{UID: "bad", Panels: []Panel{lines("A", "a", "s", 16, Query{`sum(tocsin_ready)`, "x"}), lines("A", "a", "s", 8, Query{`rate(tocsin_gaps_total{SEL})`, ""})}}
	if got := faults(&bad); len(got) != 4 {
		t.Errorf("a board with four faults: got %q", got)
	}
}
