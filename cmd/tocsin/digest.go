package main

import (
	"cmp"
	"errors"
	"fmt"

	"tocsin/alerts"
	"tocsin/alerts/slack"
	"tocsin/consumer"
)

// digestCommand tells what became of all customers on a business day.
type digestCommand struct {
	configFlag
	outputFlag
	Slack    bool   `help:"As Slack's Block Kit Builder takes it."`
	Period   string `enum:"daily,weekly,monthly" default:"daily" help:"daily; weekly: the seven days up to the day; monthly: the calendar month that it is in."`
	Day      string `placeholder:"DATE" help:"Business day that is over, or a day of a month that is; without it the last one."`
	Language string `help:"Language of the text, a value of notify.language; without it the configured one."`
}

// Help says what it rests on.
func (c *digestCommand) Help() string {
	return "A digest is of a business day and the days off after it. Cases are told by the live alerts at warning or above, muted ones too: new, " +
		"worse, better, closed, and the money at risk of each currency. Tasks, messages held back and silent sources are told as they stand now, " +
		"and with the last day only; due today is what is due on the next business day, and so are the steps to take with invoices (tasks agenda). A day without news tells how many customers are watched and when the last event came. " +
		"A weekly digest tells of the seven days up to a day: all open cases, the worst first, new signals of mere information, what people decided, and with the last day " +
		"the tasks that wait for somebody, by owner and by how long the oldest of their alerts stands; and what publishers sent, those first that have most to mend (tocsin sources). " +
		"A monthly digest tells how the whole portfolio stood at the end of a calendar month that is over, against the month before: receivables by days past due, " +
		"overdue ratio, days sales outstanding by the period average over three months, collection effectiveness, exposure and its concentration, the largest customers, " +
		"segments; cases that were opened and closed, and decisions. Its amounts are in ledger.base_currency, without that by each customer's currency. Both ends are told " +
		"as they are known now: what was booked late counts in its own month. Of months that ended more than 550 days ago too little is kept."
}

// Run prints it.
func (c *digestCommand) Run(p *process) (err error) {
	if c.Slack && c.json() {
		return usageError{"--slack is a form of its own: it takes no --output json"}
	}
	day, err := dateFlag("--day", c.Day)
	if err != nil {
		return err
	}
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	language, known := alerts.LanguageOf(cmp.Or(c.Language, loaded.Notify.Language))
	if !known {
		return usageError{"--language: " + notOneOf(c.Language, alerts.Languages()).Error()}
	}
	ledger, err := loaded.ledger()
	if err != nil {
		return err
	}
	store, err := loaded.openStore(p.ctx, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	desk := consumer.Desk{Store: store, Engines: earlierEngines(store), Now: wallClock, Sources: loaded.Sources}
	digest, err := desk.Periodical(p.ctx, ledger, c.Period, day)
	if err != nil {
		return err
	}
	if c.json() {
		_, err = fmt.Fprintf(p.stdout, "%s\n", digest.AppendJSON(nil))
		return err
	}
	if c.Slack {
		message, err := slack.PreviewDigest(digest, language)
		if err != nil {
			return err
		}
		_, err = p.stdout.Write(message)
		return err
	}
	head, parts := language.Digest(digest, printable)
	fmt.Fprintln(p.stdout, head)
	for _, part := range parts {
		fmt.Fprintf(p.stdout, "\n%s\n", part.Title)
		for _, line := range part.Lines {
			fmt.Fprintf(p.stdout, "- %s\n", line)
		}
	}
	return nil
}
