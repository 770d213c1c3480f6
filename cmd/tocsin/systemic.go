package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"tocsin/consumer"
	"tocsin/state"
)

// systemicCommand shows the rules in which too many customers rose on one day, and lets go what is withheld of them.
type systemicCommand struct {
	List    systemicListCommand    `cmd:"" name:"ls" default:"withargs" help:"List the days on which too many customers rose in one rule, of which messages are withheld."`
	Release systemicReleaseCommand `cmd:"" help:"Let go the messages that are withheld for a day and a rule."`
}

// Help says what it means.
func (c *systemicCommand) Help() string {
	return "Where more than 30 % of the active customers, of 20 at least, rise to warning or above in the same rule on one day, the cause is likely our own: " +
		"late invoices, wrong bank details, a system's cut-over. When the day closes an alert of the signal systemic is raised for the customer *, and cases " +
		"that have nothing else to tell, and of which nobody was told before, are not posted until a person lets them go. Their alerts and tasks stand as they " +
		"are. Mend the cause where there is one; what has cleared by then goes in silence.\n\ntocsin systemic ls exits 1 while something is withheld."
}

// systemicListCommand lists them.
type systemicListCommand struct {
	configFlag
	outputFlag
	All bool `help:"Those that were let go too."`
}

// systemicRecord is one for programs.
type systemicRecord struct {
	Day        string `json:"day"`
	Signal     string `json:"signal"`
	Risen      int    `json:"risen"`  // customers
	Active     int    `json:"active"` // of so many
	Withheld   bool   `json:"withheld"`
	ReleasedAt string `json:"released_at,omitempty"`
	ReleasedBy string `json:"released_by,omitempty"`
}

// Run prints one a line. It exits 1 while messages are withheld.
func (c *systemicListCommand) Run(p *process) (err error) {
	store, err := c.open(p, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	all, err := store.Systemic(p.ctx)
	if err != nil {
		return err
	}
	withheld := false
	for i := range all {
		y := &all[i]
		withheld = withheld || y.Withheld()
		if !y.Withheld() && !c.All {
			continue
		}
		r := systemicRecord{Day: y.Day.String(), Signal: y.Signal, Risen: y.Risen, Active: y.Active, Withheld: y.Withheld()}
		line := fmt.Sprintf("%s  %s  %d of %d customers rose", r.Day, printable(y.Signal), y.Risen, y.Active)
		if y.Withheld() {
			line += "; messages are withheld"
		} else {
			r.ReleasedAt, r.ReleasedBy = y.Released.String(), y.By
			line += fmt.Sprintf("; let go by %s at %v", printable(y.By), y.Released)
		}
		if c.json() {
			if err := json.NewEncoder(p.stdout).Encode(r); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(p.stdout, line)
	}
	if withheld {
		return errFinding
	}
	return nil
}

// systemicReleaseCommand lets go what is withheld.
type systemicReleaseCommand struct {
	configFlag
	Day    string `arg:"" placeholder:"DATE" help:"The day, as the list has it."`
	Signal string `arg:"" help:"The rule's signal."`
	By     string `help:"Who lets it go. Without it the user of this machine."`
	Reason string `required:"" placeholder:"TEXT" help:"Why, for those who look later."`
}

// Run records who lets it go. What runs posts it within seconds.
func (c *systemicReleaseCommand) Run(p *process) (err error) {
	day, err := dateFlag("DATE", c.Day)
	if err != nil {
		return err
	}
	store, err := c.open(p, besideStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	desk := consumer.Desk{Store: store, Engines: earlierEngines(store), Now: wallClock}
	err = desk.ReleaseSystemic(p.ctx, day, c.Signal, actor(c.By), c.Reason, "")
	if errors.Is(err, state.ErrNotWithheld) {
		return fmt.Errorf("nothing is withheld for %s on %s; tocsin systemic ls --all lists what was", printable(c.Signal), day)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "messages of %s on %s go out\n", printable(c.Signal), day)
	return nil
}
