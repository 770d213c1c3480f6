package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"tocsin/consumer/replay"
)

// progress shows on a terminal how far a long command has come, on one line. Elsewhere it is silent.
type progress struct {
	to      io.Writer // nil: nobody watches
	started time.Time
	shown   time.Time
}

// redrawEvery bounds how often a line or screen is drawn anew.
const redrawEvery = 200 * time.Millisecond

func newProgress(p *process) *progress {
	if f, ok := p.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &progress{to: f, started: time.Now()}
	}
	return &progress{}
}

// show draws how far a backtest has come: the rate, and the time that remains.
func (p *progress) show(at replay.Progress) {
	p.draw(func(elapsed time.Duration) string { return progressLine(at, elapsed) })
}

// draw draws the line anew, unless that has just been done.
func (p *progress) draw(line func(elapsed time.Duration) string) {
	now := time.Now()
	if p.to == nil || now.Sub(p.shown) < redrawEvery {
		return
	}
	p.shown = now
	fmt.Fprintf(p.to, "\r\x1b[K%s", line(now.Sub(p.started)))
}

// done removes the line.
func (p *progress) done() {
	if p.to != nil && !p.shown.IsZero() {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}

// progressLine is the line after some time.
func progressLine(at replay.Progress, elapsed time.Duration) string {
	rate := float64(at.Lines) / max(elapsed.Seconds(), 0.001)
	line := fmt.Sprintf("%s  %d lines  %.0f lines/s", at.Day, at.Lines, rate)
	if at.Size > 0 && at.Read > 0 {
		remaining := time.Duration(float64(elapsed) * float64(at.Size-at.Read) / float64(at.Read))
		line += fmt.Sprintf("  %d%%  %s left", 100*at.Read/at.Size, max(remaining, 0).Round(time.Second))
	}
	return line
}
