package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/state"
)

// sourcesCommand tells how good what publishers send is.
type sourcesCommand struct {
	configFlag
	outputFlag
	From  string `placeholder:"DATE" help:"First business day; without it the seventh day up to the last one."`
	Until string `placeholder:"DATE" help:"Last business day; without it the one that is open."`
}

// Help says what the columns mean.
func (c *sourcesCommand) Help() string {
	return "Each source that the configuration names in sources, and all others together, with what became of its records " +
		"on the business days that were open when they were committed. Refused ones are " +
		"those that tocsin dlq lists; conflicts had another content than what was known of the same revision; " +
		"late ones became known more than 24 hours after they happened, and the " +
		"delay is from then; unknown are members and values that the contract does not have; of wrong key are those whose key " +
		"is not their customer, and of wrong " +
		"partition those whose key lies on another partition than the Java client's partitioner chooses. Each record counts once, " +
		"whoever reads it and however often " +
		"an instance is killed. Days are kept for 400 days."
}

// Run prints one source a line, and below what was refused of each.
func (c *sourcesCommand) Run(p *process) (err error) {
	from, err := dateFlag("--from", c.From)
	if err != nil {
		return err
	}
	until, err := dateFlag("--until", c.Until)
	if err != nil {
		return err
	}
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	store, err := loaded.openStore(p.ctx, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if until == 0 {
		day, found, err := store.Day(p.ctx)
		if err != nil {
			return err
		}
		if !found {
			return consumer.ErrNoDay
		}
		until = day.Date
	}
	if from = cmp.Or(from, until-state.ScoreWeek+1); from > until {
		return usageError{fmt.Sprintf("--from: %s comes after %s, the last day", from, until)}
	}
	scores, err := store.Scores(p.ctx, from, until)
	if err != nil {
		return err
	}
	scores = state.ScoresBySource(scores)
	if c.json() {
		_, err = fmt.Fprintf(p.stdout, "%s\n", alerts.AppendScorecard(nil, from, until, scores, loaded.Sources))
		return err
	}
	return writeScores(p.stdout, from, until, scores, loaded.Sources)
}

func writeScores(out io.Writer, from, until state.Date, scores []state.Score, names map[string]string) error {
	fmt.Fprintf(out, "%s to %s: %s\n", from, until, counted(len(scores), "source"))
	if len(scores) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "source\trecords\taccepted\tduplicate\tstale\trefused\tparked\tconflicts\tlate\tunknown\t"+
		"wrong key\twrong partition\tmean delay\tlongest\tlast known")
	for i := range scores {
		s := &scores[i]
		mean, longest := "none", "none"
		if s.Accepted > 0 {
			mean, longest = roughly(s.Mean()), roughly(s.Longest)
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%v\n", publisherText(s.Source, names), s.Records(),
			s.Accepted, s.Duplicate, s.Stale, s.Refused, s.Parked,
			s.Conflicts, s.Late, s.UnknownFields+s.UnknownValues, s.Misrouted, s.Misplaced, mean, longest, s.Last)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for i := range scores {
		s := &scores[i]
		var codes []string
		for _, c := range s.Codes {
			codes = append(codes, fmt.Sprintf("%s %d", c.Code, c.Count))
		}
		if len(codes) > 0 {
			fmt.Fprintf(out, "refused of %s: %s\n", publisherText(s.Source, names), strings.Join(codes, ", "))
		}
	}
	return nil
}

// publisherText is a source with its name.
func publisherText(source string, names map[string]string) string {
	if source == "" {
		return alerts.OtherSource
	}
	return fmt.Sprintf("%s (%s)", printable(source), printable(alerts.SourceName(source, names)))
}

// roughly is a time for people: to the second, or less where it is short.
func roughly(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
