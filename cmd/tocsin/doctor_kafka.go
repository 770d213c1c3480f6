package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/consumer/kafka"
)

// examineKafka looks at the cluster as a run would use it.
func (c *config) examineKafka(ctx context.Context) (f remarks) {
	if len(c.Kafka.Brokers) == 0 {
		f.add(wrong, "kafka", "kafka: {brokers: [kafka-1:9092]}", "kafka.brokers is empty: there is nothing to consume")
		return f
	}
	security, err := c.security()
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			f.add(wrong, "kafka", "deploy/kafka/README.md tells which files brokers ask for", "%s", strings.TrimSpace(line))
		}
		return f
	}
	t := c.Kafka.Topics
	inputs, outputs := c.inputs(), []string{t.Alerts, t.Tasks, t.DeadLetters}
	slices.Sort(inputs)
	inputs = slices.Compact(inputs)
	e, err := kafka.Examine(ctx, kafka.Config{
		Brokers: c.Kafka.Brokers, Group: c.Kafka.Group, ClientID: c.Kafka.ClientID + "-doctor", Topics: inputs, Security: security,
	}, slices.Concat(inputs, outputs)...)
	if e == nil {
		f.add(wrong, "kafka", c.tool("kafka-broker-api-versions.sh")+"   # until this answers", "%v", err)
		return f
	}
	f.ok("kafka", "cluster %s, %s", e.Cluster, counted(e.Brokers, "broker"))
	widths := map[int][]string{}
	for i := range e.Topics {
		topic := &e.Topics[i]
		input := slices.Contains(inputs, topic.Name)
		f = append(f, c.examineTopic(topic, input)...)
		if input && topic.Exists {
			widths[topic.Partitions] = append(widths[topic.Partitions], topic.Name)
		}
	}
	f.alike(c, widths)
	f.newest(e.Topics)
	f.group(c, &e.Group)
	return f
}

// tool is a command line of Kafka's own tools for our cluster.
func (c *config) tool(name string) string {
	line := name + " --bootstrap-server " + strings.Join(c.Kafka.Brokers, ",")
	if s := c.Kafka.Security; s.TLS.Enabled || s.SASL.Mechanism != "" {
		line += " --command-config client.properties"
	}
	return line
}

// alter is the command that sets something of a topic.
func (c *config) alter(topic, setting string) string {
	return fmt.Sprintf("%s --alter --entity-type topics --entity-name %s --add-config %s", c.tool("kafka-configs.sh"), topic, setting)
}

// allow is the command that gives us a right.
func (c *config) allow(operation, on string) string {
	who := c.Kafka.Security.SASL.User
	if who == "" {
		who = "PRINCIPAL"
	}
	return fmt.Sprintf("%s --add --allow-principal User:%s --operation %s %s", c.tool("kafka-acls.sh"), who, operation, on)
}

func (c *config) examineTopic(t *kafka.TopicState, input bool) (f remarks) {
	check, operation := "kafka topic "+t.Name, "read"
	if !input {
		operation = "write"
	}
	before := len(f)
	switch {
	case t.Err != nil:
		f.add(wrong, check, c.allow("Describe", "--topic "+t.Name), "%v", t.Err)
		return f
	case !t.Exists:
		create := c.tool("kafka-topics.sh") + " --create --topic " + t.Name + " --partitions 12 --replication-factor 3"
		if input {
			create += " --config message.timestamp.type=LogAppendTime --config cleanup.policy=delete"
		}
		f.add(wrong, check, create, "it does not exist, or we may not see it")
		return f
	case !t.May(operation):
		f.add(wrong, check, c.allow(strings.ToUpper(operation[:1])+operation[1:], "--topic "+t.Name), "we may not %s it; we may %s", operation, orNone(strings.Join(t.Rights, ", ")))
	}
	if t.Leaderless > 0 {
		f.add(wrong, check, c.tool("kafka-topics.sh")+" --describe --unavailable-partitions --topic "+t.Name, "%d of %d partitions have no leader: a broker is down", t.Leaderless, t.Partitions)
	}
	f.topicSettings(c, t, check, input)
	if t.Elsewhere > 0 {
		f.add(noted, check, "use the Java client's partitioner: partitioner=murmur2_random for librdkafka, or wait until records from before partitions were added are gone",
			"%d of the newest %d records lie where the Java client would not put their key: the same customer comes to several instances, which costs speed alone", t.Elsewhere, t.Looked)
	}
	if len(f) == before {
		f.ok(check, "%s%s", counted(t.Partitions, "partition"), rightsOf(t, operation))
	}
	return f
}

func rightsOf(t *kafka.TopicState, operation string) string {
	if t.Told {
		return ", and we may " + operation
	}
	return ""
}

// topicSettings: of an input, when a record came decides on which day it counts, and none may vanish under a later one of its customer.
func (f *remarks) topicSettings(c *config, t *kafka.TopicState, check string, input bool) {
	if t.Unseen != nil {
		f.add(noted, check, c.allow("DescribeConfigs", "--topic "+t.Name), "we may not see its settings: %v", t.Unseen)
		return
	}
	if kind := t.Settings["message.timestamp.type"]; input && kind != "" && kind != "LogAppendTime" {
		f.add(wrong, check, c.alter(t.Name, "message.timestamp.type=LogAppendTime"),
			"message.timestamp.type is %s: a publisher's clock would say on which day its events count", kind)
	}
	if policy := t.Settings["cleanup.policy"]; strings.Contains(policy, "compact") {
		f.add(wrong, check, c.alter(t.Name, "cleanup.policy=delete"), "cleanup.policy is %s: a record is dropped when a later one of the same customer comes", policy)
	}
}

// alike: topics of as many partitions have all of a customer on one instance.
func (f *remarks) alike(c *config, widths map[int][]string) {
	if len(widths) < 2 {
		return
	}
	most := 0
	for n := range widths {
		most = max(most, n)
	}
	for n, names := range widths {
		if n < most {
			slices.Sort(names)
			f.add(noted, "kafka partitions", c.tool("kafka-topics.sh")+fmt.Sprintf(" --alter --partitions %d --topic %s", most, names[0]),
				"%s: %s, where others have %d: a customer's events then come to several instances, which costs speed alone", strings.Join(names, ", "), counted(n, "partition"), most)
		}
	}
}

// newest: brokers do not tell the time, but a record that they have stamped later than now does.
func (f *remarks) newest(topics []kafka.TopicState) {
	now, ahead := time.Now(), time.Duration(0)
	for i := range topics {
		if t := &topics[i]; !t.Newest.IsZero() && t.Settings["message.timestamp.type"] == "LogAppendTime" {
			ahead = max(ahead, t.Newest.Sub(now))
		}
	}
	if ahead > mostSkew {
		f.add(wrong, "kafka clock", "timedatectl set-ntp true   # on this machine and on the brokers'", "the newest record is of %v from now: the brokers' clocks are ahead of this machine's", ahead.Round(time.Millisecond))
	}
}

func (f *remarks) group(c *config, g *kafka.GroupState) {
	check := "kafka group " + c.Kafka.Group
	switch {
	case g.Absent:
		f.add(wrong, check, c.tool("kafka-topics.sh")+" --describe --topic __consumer_offsets   # needs as many brokers as offsets.topic.replication.factor", "no broker coordinates it: %v", g.Err)
	case g.Err != nil:
		f.add(wrong, check, c.allow("Read", "--group "+c.Kafka.Group), "%v", g.Err)
	case !g.May("read"):
		f.add(wrong, check, c.allow("Read", "--group "+c.Kafka.Group), "we may not join it; we may %s", orNone(strings.Join(g.Rights, ", ")))
	default:
		f.ok(check, "%s", counted(g.Members, "member"))
	}
}
