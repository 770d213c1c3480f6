package contract

import "slices"

// Guide tells publishers about the contract as one installation has it. The zero value is the contract as it stands.
type Guide struct {
	Topics map[string]string // setting of a topic: its name, where the configuration has another one
}

// topicName is the name of a topic in this installation.
func (g Guide) topicName(t Topic) string {
	if name := g.Topics[t.Setting]; name != "" {
		return name
	}
	return t.Name
}

// kafkaBinding is the version of AsyncAPI's bindings for Kafka.
const kafkaBinding = "0.5.0"

const cloudEvents = "application/cloudevents+json"

// AsyncAPI is the AsyncAPI 3.1 document of all topics, as JSON: a channel per topic, a message per type with its schema, key
// and examples. It is written from Tocsin's side, which receives events and sends alerts, tasks and dead letters.
func (g Guide) AsyncAPI() []byte {
	s := &schemas{at: "#/components/schemas/"}
	channels, operations, messages, payloads := ordered{}, ordered{}, ordered{}, ordered{}
	for _, t := range Topics() {
		names := append(t.Types(), prefix+"heartbeat"+version)
		channels = channels.with(t.Setting, g.channel(t, names))
		operations = operations.with("receive_"+t.Setting, operation("receive", t, names))
	}
	for i := range types {
		name := ShortName(types[i].name)
		messages = messages.with(name, message(&types[i]))
		payloads = payloads.with(name, append(ordered{{"title", types[i].name}}, s.event(&types[i])...))
	}
	for _, t := range OutTopics() {
		name := prefix + t.Setting + version
		channels = channels.with(t.Setting, g.channel(t, []string{name}))
		operations = operations.with("send_"+t.Setting, operation("send", t, []string{name}))
		messages = messages.with(t.Setting, outMessage(t))
	}
	payloads = slices.Concat(payloads, ordered{{"alert", document(alertSchema)}, {"task", document(taskSchema)}}, s.definitions())
	return ordered{
		{"asyncapi", "3.1.0"},
		{"info", ordered{
			{"title", "Tocsin: the events of a ledger"}, {"version", "1.0.0"},
			{"description", "What upstream systems send to Tocsin, and what it writes. " + unsaid},
		}},
		{"defaultContentType", cloudEvents},
		{"channels", channels}, {"operations", operations},
		{"components", ordered{{"messages", messages}, {"schemas", payloads}}},
	}.text()
}

// channel is a topic with the types that come by it.
func (g Guide) channel(t Topic, names []string) ordered {
	refs := ordered{}
	for _, name := range names {
		refs = refs.with(ShortName(name), ordered{{"$ref", "#/components/messages/" + ShortName(name)}})
	}
	settings := ordered{{"cleanup.policy", []any{"delete"}}}
	if t.of != nil {
		settings = settings.with("message.timestamp.type", "LogAppendTime")
	}
	return ordered{
		{"address", g.topicName(t)}, {"title", t.Doc}, {"description", "The key of a record is " + t.Key + "."},
		{"messages", refs},
		{"bindings", ordered{{"kafka", ordered{
			{"topic", g.topicName(t)}, {"topicConfiguration", settings}, {"bindingVersion", kafkaBinding},
		}}}},
	}
}

// operation is what Tocsin does with a topic.
func operation(action string, t Topic, names []string) ordered {
	var refs []ordered
	for _, name := range names {
		refs = append(refs, ordered{{"$ref", "#/channels/" + t.Setting + "/messages/" + ShortName(name)}})
	}
	return ordered{
		{"action", action}, {"channel", ordered{{"$ref", "#/channels/" + t.Setting}}}, {"summary", t.Doc}, {"messages", refs},
	}
}

// message is a type as it comes by Kafka, in structured form.
func message(typ *typeInfo) ordered {
	name := ShortName(typ.name)
	topic, _ := TopicOf(typ.name)
	var examples []ordered
	for _, e := range Examples(typ.name) {
		if e.Role != Refused {
			examples = append(examples, ordered{{"name", string(e.Role)}, {"summary", e.Caption}, {"payload", document(e.Line())}})
		}
	}
	return ordered{
		{"name", typ.name}, {"title", name}, {"summary", Summary(typ.name)}, {"description", typ.doc},
		{"contentType", cloudEvents},
		{"headers", ordered{{"type", "object"}, {"properties", ordered{{"content-type", ordered{{"const", cloudEvents}}}}}}},
		{"payload", ordered{{"$ref", "#/components/schemas/" + name}}},
		{"bindings", keyBinding(topic.Key)},
		{"examples", examples},
	}
}

// keyBinding says what the key of a record is; empty: anything.
func keyBinding(key string) ordered {
	if key == "" {
		key = "anything: it is not read"
	}
	return ordered{{"kafka", ordered{
		{"key", ordered{{"type", "string"}, {"description", "Should be " + key + "."}}}, {"bindingVersion", kafkaBinding},
	}}}
}
