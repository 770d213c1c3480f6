package main

import (
	"fmt"

	"tocsin/consumer/contract"
)

// eventSampleCommand prints examples.
type eventSampleCommand struct {
	Type    string `arg:"" optional:"" help:"Type, such as invoice.issued. Without one the types are listed."`
	Full    bool   `xor:"example" help:"Every member that the type has, not only what is required."`
	Invalid bool   `xor:"example" help:"Events that are refused instead, one a line: tocsin event check says why."`
}

// Run prints an event on one line, as a producer or a file of events takes it.
func (c *eventSampleCommand) Run(p *process) error {
	if c.Type == "" {
		return c.list(p)
	}
	name, err := typeNamed(c.Type)
	if err != nil {
		return err
	}
	for _, e := range contract.Examples(name) {
		if e.Role != c.role() {
			continue
		}
		if _, err := fmt.Fprintf(p.stdout, "%s\n", e.Line()); err != nil {
			return err
		}
	}
	return nil
}

func (c *eventSampleCommand) role() contract.Role {
	switch {
	case c.Full:
		return contract.Full
	case c.Invalid:
		return contract.Refused
	}
	return contract.Minimal
}

// list prints the types with what their minimal example shows.
func (c *eventSampleCommand) list(p *process) error {
	if c.Full || c.Invalid {
		return usageError{"give a type with --full or --invalid; tocsin event sample lists them"}
	}
	for _, name := range contract.TypeNames() {
		topic := "any topic"
		if t, ok := contract.TopicOf(name); ok {
			topic = t.Name
		}
		if _, err := fmt.Fprintf(p.stdout, "%-20s %-20s %s\n", contract.ShortName(name), topic, contract.Summary(name)); err != nil {
			return err
		}
	}
	return nil
}

// eventDocsCommand prints what publishers need to know, for people and for programs.
type eventDocsCommand struct {
	configFlag
	Type   string `arg:"" optional:"" help:"Only this type, such as invoice.issued."`
	Format string `enum:"html,markdown,schema,asyncapi" default:"html" help:"html (one page that stands alone), markdown, schema (JSON Schema 2020-12) or asyncapi (AsyncAPI 3.1)."`
}

// Run prints the guide or the schemas. Topics have the names that the configuration gives them.
func (c *eventDocsCommand) Run(p *process) error {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	guide := contract.Guide{Topics: loaded.Kafka.Topics.names()}
	text, err := c.text(guide)
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(text)
	return err
}

// text is what was asked for.
func (c *eventDocsCommand) text(guide contract.Guide) ([]byte, error) {
	if c.Type == "" {
		switch c.Format {
		case "markdown":
			return guide.Markdown(), nil
		case "schema":
			return contract.SchemaOfAll(), nil
		case "asyncapi":
			return guide.AsyncAPI(), nil
		}
		return guide.HTML(), nil
	}
	name, err := typeNamed(c.Type)
	if err != nil {
		return nil, err
	}
	switch c.Format {
	case "markdown":
		return guide.MarkdownOf(name), nil
	case "schema":
		return contract.Schema(name), nil
	case "asyncapi":
		return nil, usageError{"an AsyncAPI document is of all types; leave " + c.Type + " out"}
	}
	return guide.HTMLOf(name), nil
}

// names are the names of the topics by their settings.
func (t topicConfig) names() map[string]string {
	return map[string]string{
		"orders": t.Orders, "invoices": t.Invoices, "payments": t.Payments, "registry": t.Registry, "customers": t.Customers, "fx": t.FX,
		"alerts": t.Alerts, "tasks": t.Tasks, "dead_letters": t.DeadLetters,
	}
}
