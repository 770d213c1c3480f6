package main

import (
	"fmt"
	"strings"

	"tocsin/consumer"
)

// auditText is why a deed was done and what was seen, for people.
func auditText(b *consumer.AuditBody) string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, strings.TrimSpace(name+" "+printable(value)))
		}
	}
	add("", b.Why.Decision)
	add("reason", b.Why.ReasonCode)
	add("next review", b.Why.NextReview)
	add("until", b.Why.Until)
	if b.Why.Worse > 0 {
		add("or worse by", fmt.Sprintf("%d%%", b.Why.Worse))
	}
	add("to", b.Why.Owner)
	add("on alert", b.Why.Alert)
	add("because:", b.Why.Reason)
	add("outcome", b.Why.Outcome)
	if m := b.Why.Amount; m != nil {
		add("of", m.Currency+" "+m.Amount)
	}
	add("event", string(b.Why.Event))
	if b.Why.To != nil {
		add("on at", fmt.Sprint(*b.Why.To))
	}
	saw := &b.Saw
	if t := saw.Task; t != nil {
		add("saw task", fmt.Sprintf("%s at change %d, %s", t.ID, t.Seq, t.Severity))
		if m := t.MoneyAtRisk; m != nil {
			add("at risk", m.Currency+" "+m.Amount)
		}
	}
	for _, a := range saw.Alerts {
		add("alert", a.Signal+" "+a.Level)
	}
	if saw.Score != nil {
		add("score", fmt.Sprintf("%d, %s", *saw.Score, saw.Grade))
	}
	if g := saw.Gap; g != nil {
		add("gap of", fmt.Sprintf("%s at %d, from %d to %d: %s", g.Partition, g.Stands, g.From, g.To, g.Reason))
	}
	add("record", saw.Record)
	add("refused for", saw.Code)
	if saw.Parked > 0 {
		add("parked", fmt.Sprint(saw.Parked))
	}
	add("panicked:", saw.Panic)
	add("systemic on", saw.Systemic)
	add("configuration", saw.Config)
	if len(parts) == 0 {
		return ""
	}
	return "  " + strings.Join(parts, "; ")
}
