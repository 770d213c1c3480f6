package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"tocsin/alerts"
)

// tasksSnoozeCommand puts a task off.
type tasksSnoozeCommand struct {
	taskFlags
	Until  string `placeholder:"DATE" help:"The day on which it is back, at most 14 days ahead; that day, if only --worse is told."`
	Worse  uint   `placeholder:"PERCENT" help:"It is back before when so many per cent more money is at risk."`
	Reason string `required:"" help:"Why, a reason code."`
}

// Help tells what brings the task back, and lists the reasons.
func (c *tasksSnoozeCommand) Help() string {
	return "A task that is not decided is put off. It is back on its day, and before that when the severity of its case rises, or a register tells news " +
		"of class A or B1. Whoever works on it wakes it. Reasons: " + strings.Join(alerts.ReasonCodes(), ", ") + "."
}

// Run puts the task off.
func (c *tasksSnoozeCommand) Run(p *process) error {
	until, err := dateFlag("--until", c.Until)
	if err != nil {
		return err
	}
	return c.act(p, alerts.Decision{Action: alerts.Snooze, Until: until, Worse: c.Worse, ReasonCode: c.Reason})
}

// tasksWakeCommand brings a task back.
type tasksWakeCommand struct{ taskFlags }

// Run brings the task back.
func (c *tasksWakeCommand) Run(p *process) error {
	return c.act(p, alerts.Decision{Action: alerts.Wake})
}

// tasksReassignCommand hands a task on.
type tasksReassignCommand struct {
	taskFlags
	To string `required:"" placeholder:"PERSON" help:"Whose it is from now on."`
}

// Run hands the task on.
func (c *tasksReassignCommand) Run(p *process) error {
	return c.act(p, alerts.Decision{Action: alerts.Reassign, To: c.To})
}

// tasksFeedbackCommand says of an alert what it was worth.
type tasksFeedbackCommand struct {
	taskFlags
	Alert    string `required:"" placeholder:"ID" help:"The alert's id; tocsin tasks --output json tells those of a task."`
	Feedback string `required:"" help:"What it was: useful, data_wrong, known or rule_wrong."`
}

// Run takes down what was said.
func (c *tasksFeedbackCommand) Run(p *process) error {
	return c.act(p, alerts.Decision{Action: alerts.Feedback, Alert: c.Alert, Code: c.Feedback})
}

// requestOf names the request after the act, so that the same command given twice is taken once: by a hash, since the store keeps it
// for longer than who acted, if the customer is erased. Where the task has changed since, it is another request.
func requestOf(d alerts.Decision, seq int64) string {
	d.At = 0
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seq, alerts.EncodeDecision(d)))
	return "task/" + hex.EncodeToString(sum[:])
}
