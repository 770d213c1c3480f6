package replay

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"runtime/metrics"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tocsin/detectors"
	"tocsin/state"
)

// BenchmarkSignals replays histories with all signals on: of many customers with few events in a year, and of fewer with many
// in two years, so that what compares with a year before can be judged. By default they are a tenth of what an installation is
// sized for; SIGNALS_SCALE=1 is all of it: 20 million events and 8 GB in the temporary directory, each.
//
// events/cpu-s are events in a second of one core, which a busy machine distorts less than events/s. B/customer is what is live
// at the end, with the customers' map and alarms; B/customer-settled is what is left of it without 24 B for each settled
// invoice that baselines are made of. gc-% is the collector's share of the time that the cores were busy.
//
// Another pass is profiled, and what each signal costs is logged as its share of the whole. What a signal asks of others, and of
// past days, counts as its own too, so the shares of all are more than that of judging. Where they come from is told by
//
//	go test -run '^$' -bench Signals/long -cpuprofile cpu.out ./consumer/replay
//	go tool pprof -top -cum -focus Evaluate replay.test cpu.out
func BenchmarkSignals(b *testing.B) {
	scale := 0.1
	if text := os.Getenv("SIGNALS_SCALE"); text != "" {
		var err error
		if scale, err = strconv.ParseFloat(text, 64); err != nil {
			b.Fatal(err)
		}
	}
	for _, c := range []struct {
		name              string
		customers, events int
		days              int
	}{
		{"wide", 1_000_000, 20, 365},
		{"long", 200_000, 100, 730},
	} {
		b.Run(c.name, func(b *testing.B) {
			h := &histories{seed: 6, customers: int(scale * float64(c.customers)), events: c.events, days: c.days}
			path := filepath.Join(b.TempDir(), "histories.ndjson")
			events := h.write(b, path)
			var m measured
			b.ResetTimer()
			for b.Loop() {
				m.run(b, path)
			}
			m.report(b, h.customers, events)
			m.shares(b, path)
		})
	}
}

// measured is what the passes of a benchmark took. What the last one left in memory is that of each.
type measured struct {
	passes             int
	cpu, gc, busy      float64 // seconds
	live, listed, kept int     // bytes, customers and settled invoices at the end
	alerts             int
}

// run plays the histories once. What is in memory is looked at when all days are played, while the lanes still hold it; the memory of
// blocks, which is the same for any number of customers, is let go before.
func (m *measured) run(b *testing.B, path string) {
	e := engine(b, time.Saturday, time.Sunday)
	before := heap()
	cpu, gc, busy := cpuSeconds(), classSeconds("/cpu/classes/gc/total:cpu-seconds"), busySeconds()
	run := Backtest{Engine: e, Inputs: []string{path}, names: []string{path}, Workers: runtime.GOMAXPROCS(0), chapter: chapterItems, shelf: new(shelf)}
	m.listed = 0
	run.Look = func(day state.Day, rec *state.Record) {
		if m.listed++; m.listed == 1 {
			b.StopTimer()
			m.cpu += cpuSeconds() - cpu
			m.gc, m.busy = m.gc+classSeconds("/cpu/classes/gc/total:cpu-seconds")-gc, m.busy+busySeconds()-busy
			run.shelf.lines, run.shelf.texts = nil, nil
			m.live, m.kept = heap()-before, 0
		}
		m.kept += len(rec.Customer.View(e.Ledger, day.Date).Settled())
	}
	counts, err := run.play(context.Background(), false)
	if err != nil {
		b.Fatal(err)
	}
	if counts.Accepted != counts.Lines {
		b.Fatalf("%d of %d lines were accepted", counts.Accepted, counts.Lines)
	}
	m.passes++
	m.alerts = counts.Alerts
	b.StartTimer()
}

// report tells of the passes, and fails where the last one did not end with all customers.
func (m *measured) report(b *testing.B, customers, events int) {
	if m.listed != customers {
		b.Fatalf("%d customers were seen at the end, want %d", m.listed, customers)
	}
	all := float64(events * m.passes)
	b.ReportMetric(all/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(all/m.cpu, "events/cpu-s")
	b.ReportMetric(100*m.gc/m.busy, "gc-%")
	b.ReportMetric(float64(m.live)/float64(customers), "B/customer")
	b.ReportMetric(float64(m.live-settledBytes*m.kept)/float64(customers), "B/customer-settled")
	b.ReportMetric(float64(m.kept)/float64(customers), "settled/customer")
	b.ReportMetric(1000*float64(m.alerts)/all*float64(m.passes), "alerts/1000-events")
}

// settledBytes is what a settled invoice may take.
const settledBytes = 24

// heap is how many bytes of memory are in use.
func heap() int {
	runtime.GC()
	runtime.GC() // what the first one has left in pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// cpuSeconds is what the process has had of the cores so far.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// busySeconds is the runtime's own account of the same time up to the last garbage collection, as classSeconds is of a part of it.
func busySeconds() float64 {
	return classSeconds("/cpu/classes/total:cpu-seconds") - classSeconds("/cpu/classes/idle:cpu-seconds")
}

// classSeconds is one of the runtime's classes of processor time.
func classSeconds(name string) float64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value.Float64()
}

// shares logs what of a profiled pass each signal and the parts around them cost.
func (m *measured) shares(b *testing.B, path string) {
	name := filepath.Join(b.TempDir(), "cpu.out")
	f, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := pprof.StartCPUProfile(f); err != nil {
		b.Logf("the shares of the signals are not told: %v", err) // with -cpuprofile that profile tells them
		return
	}
	b.StopTimer()
	(&measured{}).run(b, path)
	pprof.StopCPUProfile()
	top, err := exec.Command("go", "tool", "pprof", "-top", "-cum", "-nodecount=100000", "-nodefraction=0", "-edgefraction=0", name).Output()
	if err != nil {
		b.Fatalf("go tool pprof: %v", err)
	}
	shares := make(map[string]string)
	for _, row := range profileRow.FindAllStringSubmatch(string(top), -1) {
		shares[row[2]] = row[1]
	}
	var parts, signals []string
	for _, part := range profiledParts {
		parts = append(parts, part.name+" "+cmp.Or(shares[part.function], "0")+" %")
	}
	for _, d := range detectors.All() {
		function := fmt.Sprintf("tocsin/detectors.(*%s).Evaluate", reflect.TypeOf(d).Elem().Name())
		signals = append(signals, d.Sign().Signal+" "+cmp.Or(shares[function], "0")+" %")
	}
	b.Logf("%s; of these:", strings.Join(parts, ", "))
	for row := range slices.Chunk(signals, 4) { // of a log more than ten lines are cut off
		b.Log(strings.Join(row, ", "))
	}
}

// profileRow is a line of `go tool pprof -top`: flat, its share, the sum so far, cumulated, its share, the function.
var profileRow = regexp.MustCompile(`(?m)^ *\S+ +\S+% +\S+% +\S+ +(\S+)% +(\S+)`)

// profiledParts are the parts of a pass that are not signals'.
var profiledParts = []struct{ function, name string }{
	{"tocsin/consumer/replay.(*Backtest).decode", "decoding"},
	{"tocsin/consumer/replay.(*lane).play", "playing"},
	{"tocsin/state.(*Customer).Apply", "taking events"},
	{"tocsin/state.(*Customer).View", "making views"},
	{"tocsin/alerts.(*Judge).Step", "judging"},
}
