package main

import (
	"bytes"
	"log/slog"
	"math"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

func TestTheHeapKeepsToWhatTheContainerMayTake(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	var log bytes.Buffer
	boundMemory(newLog(&log, "info", "text", new(slog.LevelVar)), memlimit.Limit(2<<30))
	if got, want := debug.SetMemoryLimit(-1), int64(2<<30)*9/10; math.Abs(float64(got-want)) > 1 || !strings.Contains(log.String(), "memory is bounded") {
		t.Errorf("got %d bytes and %q, want %d", got, log.String(), want)
	}
	t.Setenv("GOMEMLIMIT", "1GiB")
	debug.SetMemoryLimit(1 << 30)
	boundMemory(slog.New(slog.DiscardHandler), memlimit.Limit(2<<30))
	if got := debug.SetMemoryLimit(-1); got != 1<<30 {
		t.Errorf("GOMEMLIMIT is in force: got %d bytes", got)
	}
}
