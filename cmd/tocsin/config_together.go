package main

import (
	"maps"
	"slices"

	"go.yaml.in/yaml/v4"
)

// checkTogether refuses what is right key by key and wrong in combination.
func checkTogether(r *reader, c *config) {
	if len(c.Ledger.Weekend) > 6 {
		r.refuseKey("ledger.weekend", "leaves no day of the week for business")
	}
	if len(r.faults) == 0 {
		if _, err := c.Ledger.calendar(); err != nil {
			r.refuseKey("ledger.make_up_days", "%v", err)
		}
	}
	if c.SLA.From >= c.SLA.To {
		r.refuseKey(c.givenOf("tasks.work_to", "tasks.work_from"), "work ends at %s, and begins at %s", c.SLA.To, c.SLA.From)
	}
	t := c.Kafka.Topics
	read := []namedTopic{
		{"orders", t.Orders}, {"invoices", t.Invoices}, {"payments", t.Payments}, {"registry", t.Registry},
		{"customers", t.Customers}, {"fx", t.FX},
	}
	for _, w := range []namedTopic{{"alerts", t.Alerts}, {"tasks", t.Tasks}, {"dead_letters", t.DeadLetters}} {
		for _, in := range read {
			if in.topic == w.topic {
				r.refuseKey(c.givenOf("kafka.topics."+w.name, "kafka.topics."+in.name), "%q is both read and written", w.topic)
			}
		}
	}
	for name := range c.Notify.Refused {
		if name != "*" && name != "other" && !slices.Contains(slices.Collect(maps.Values(c.Sources)), name) {
			r.refuseKey("notify.refused", "sources gives no source the name %q", name)
		}
	}
	if len(c.Sources) > 20 {
		r.refuseKey("sources", "names %d sources; 20 are what metrics have room for", len(c.Sources))
	}
	if c.CanaryEvery > 0 {
		for _, other := range append(read, namedTopic{"alerts", t.Alerts}, namedTopic{"tasks", t.Tasks}, namedTopic{"dead_letters", t.DeadLetters}) {
			if other.topic == t.Canary {
				r.refuseKey(c.givenOf("kafka.topics.canary", "kafka.topics."+other.name), "%q is the canary's and kafka.topics.%s: it wants one of its own", t.Canary, other.name)
			}
		}
	}
	if c.Kafka.Session >= c.Ledger.MaxHold && c.Ledger.MaxHold > 0 {
		r.refuseKey(c.givenOf("kafka.session", "ledger.max_hold"),
			"kafka.session (%v) must be shorter than ledger.max_hold (%v), or days go on without the partitions of an instance that is gone", c.Kafka.Session, c.Ledger.MaxHold)
	}
	checkQuiet(r, c)
	checkSecurity(r, c)
	checkHTTP(r, c)
	checkSlack(r, c)
	checkRules(r, c)
}

// namedTopic is a topic under its key.
type namedTopic struct{ name, topic string }

// givenOf is the first of two keys that was given: the one to blame.
func (c *config) givenOf(a, b string) string {
	if c.given[a] {
		return a
	}
	return b
}

// refuseKey notes a fault where a key was given.
func (r *reader) refuseKey(key, format string, args ...any) {
	r.refuseAt(r.places[key], key, format, args...)
}

// refuseAt notes a fault of a key at a place that was kept.
func (r *reader) refuseAt(at place, key, format string, args ...any) {
	one := reader{source: at.source, inFile: at.inFile}
	one.refuse(at.node, key, format, args...)
	r.faults = append(r.faults, one.faults...)
}

// placeOf keeps where a node stands.
func (r *reader) placeOf(n *yaml.Node) place {
	return place{source: r.source, node: n, inFile: r.inFile}
}

// place is where a key was given.
type place struct {
	source string
	node   *yaml.Node
	inFile bool
}
