package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/state"
)

// screen keeps a terminal current with a board.
type screen struct {
	board  *board
	to     *os.File
	colour bool
}

// screenOf is the terminal that output goes to; nil when it goes elsewhere or the terminal can do nothing but print.
func screenOf(p *process, b *board) *screen {
	f, ok := p.stdout.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || variableOf(p.environ, "TERM") == "dumb" {
		return nil
	}
	return &screen{board: b, to: f, colour: variableOf(p.environ, "NO_COLOR") == ""}
}

// variableOf is the value of an environment variable; the last one counts.
func variableOf(environ []string, name string) string {
	for _, entry := range slices.Backward(environ) {
		if key, value, _ := strings.Cut(entry, "="); key == name {
			return value
		}
	}
	return ""
}

// The terminal's own words.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l" // another screen, without a cursor
	leaveScreen = "\x1b[?25h\x1b[?1049l"
	home        = "\x1b[H"
	restOfLine  = "\x1b[K"
	restBelow   = "\x1b[J"
)

// run draws until ctx ends and gives the terminal back as it was.
func (s *screen) run(ctx context.Context) error {
	if _, err := io.WriteString(s.to, enterScreen); err != nil {
		return fmt.Errorf("terminal: %w", err)
	}
	defer io.WriteString(s.to, leaveScreen) //nolint:errcheck // the terminal is gone: nobody to tell
	tick := time.NewTicker(redrawEvery)
	defer tick.Stop()
	var last size
	for {
		if now := s.size(); s.board.changed() || now != last {
			last = now
			if err := s.draw(now); err != nil {
				return fmt.Errorf("terminal: %w", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// size is that of a terminal in characters.
type size struct{ columns, lines int }

func (s *screen) size() size {
	columns, lines, err := term.GetSize(int(s.to.Fd()))
	if err != nil || columns <= 0 || lines <= 0 {
		return size{80, 24}
	}
	return size{columns, lines}
}

// draw writes the whole frame in one piece over the one before, so that nothing flickers.
func (s *screen) draw(at size) error {
	frame := s.board.frame(at.columns, at.lines-1, s.colour)
	_, err := io.WriteString(s.to, home+strings.ReplaceAll(frame, "\n", restOfLine+"\r\n")+restBelow)
	return err
}

// changed tells whether something changed since the last call.
func (b *board) changed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	dirty := b.dirty
	b.dirty = false
	return dirty
}

// lineWatcher is a board that also prints one line per transition, for whoever reads along without a terminal: business
// date, level, signal, customer id.
type lineWatcher struct {
	*board
	to io.Writer
}

// Stepped prints the transitions and takes note of the step.
func (w *lineWatcher) Stepped(day state.Day, rec *state.Record, effects *consumer.Effects) {
	w.board.Stepped(day, rec, effects)
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range effects.Transitions {
		if t := &effects.Transitions[i]; t.RuleSet == alerts.Live {
			// A reader that has gone away ends the process by SIGPIPE; any other fault of the pipe is not the demo's.
			_, _ = io.WriteString(w.to, transitionLine(t))
		}
	}
}

func transitionLine(t *alerts.Transition) string {
	return fmt.Sprintf("%s %s %s %s\n", t.At, t.To, t.Signal, printable(string(t.Customer)))
}
