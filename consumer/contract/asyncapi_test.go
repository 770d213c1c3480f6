package contract

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// tree is a JSON object as encoding/json reads it.
type tree = map[string]any

func asyncAPI(t *testing.T, g Guide) tree {
	t.Helper()
	var doc tree
	if err := json.Unmarshal(g.AsyncAPI(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// at follows names from an object; nil when one is missing.
func at(value any, names ...string) any {
	for _, name := range names {
		object, _ := value.(tree)
		value = object[name]
	}
	return value
}

// refs gathers all references of a document.
func refs(value any) (all []string) {
	switch v := value.(type) {
	case tree:
		if ref, ok := v["$ref"].(string); ok {
			all = append(all, ref)
		}
		for _, inner := range v {
			all = append(all, refs(inner)...)
		}
	case []any:
		for _, inner := range v {
			all = append(all, refs(inner)...)
		}
	}
	return all
}

func resolves(doc tree, ref string) bool {
	path, local := strings.CutPrefix(ref, "#/")
	return local && at(doc, strings.Split(path, "/")...) != nil
}

func TestEveryReferenceOfTheAsyncAPIDocumentLeads(t *testing.T) {
	doc := asyncAPI(t, Guide{})
	all := refs(doc)
	if len(all) < 200 {
		t.Errorf("got %d references, want those of all messages and schemas", len(all))
	}
	for _, ref := range all {
		if !resolves(doc, ref) {
			t.Errorf("%s leads nowhere", ref)
		}
	}
	if resolves(doc, "#/components/schemas/none") {
		t.Error("a reference to nothing leads somewhere")
	}
}

// The parts that AsyncAPI 3.1 demands, and the names that it allows. The published schema of AsyncAPI is no Go module that
// could be tested against.
func TestTheAsyncAPIDocumentHasItsParts(t *testing.T) {
	doc := asyncAPI(t, Guide{})
	if got := doc["asyncapi"]; got != "3.1.0" {
		t.Errorf("got version %v, want 3.1.0", got)
	}
	for _, path := range [][]string{{"info", "title"}, {"info", "version"}} {
		if s, ok := at(doc, path...).(string); !ok || s == "" {
			t.Errorf("%v is missing", path)
		}
	}
	allowed := map[string][]string{
		"channels":            {"address", "title", "description", "messages", "bindings"},
		"operations":          {"action", "channel", "summary", "messages"},
		"components/messages": {"name", "title", "summary", "description", "contentType", "headers", "payload", "bindings", "examples"},
	}
	key := regexp.MustCompile(`^[\w.\-]+$`)
	for path, members := range allowed {
		for name, object := range at(doc, strings.Split(path, "/")...).(tree) {
			if !key.MatchString(name) {
				t.Errorf("%s: %s is no name that AsyncAPI allows", path, name)
			}
			for member := range object.(tree) {
				if !slices.Contains(members, member) {
					t.Errorf("%s/%s: has a member %s", path, name, member)
				}
			}
			if at(object, "bindings") != nil && at(object, "bindings", "kafka", "bindingVersion") != "0.5.0" {
				t.Errorf("%s/%s: got bindings %v", path, name, at(object, "bindings"))
			}
		}
	}
}

func TestChannelsAreTheTopics(t *testing.T) {
	doc := asyncAPI(t, Guide{Topics: map[string]string{"orders": "acme.orders"}})
	seen := map[string]int{}
	for _, topic := range Topics() {
		channel := at(doc, "channels", topic.Setting).(tree)
		want := topic.Name
		if topic.Setting == "orders" {
			want = "acme.orders"
		}
		if channel["address"] != want || at(channel, "bindings", "kafka", "topic") != want {
			t.Errorf("%s: got address %v, want %s", topic.Setting, channel["address"], want)
		}
		for _, name := range topic.Types() {
			seen[name]++
			if at(channel, "messages", ShortName(name)) == nil {
				t.Errorf("%s: has no message %s", topic.Setting, name)
			}
		}
		if at(channel, "messages", "heartbeat") == nil {
			t.Errorf("%s: any topic may carry heartbeats", topic.Setting)
		}
		receive := at(doc, "operations", "receive_"+topic.Setting).(tree)
		if receive["action"] != "receive" || len(receive["messages"].([]any)) != len(channel["messages"].(tree)) {
			t.Errorf("%s: got operation %v", topic.Setting, receive)
		}
	}
	for _, name := range TypeNames() {
		if want := 1; seen[name] != want && name != "tocsin.heartbeat.v1" {
			t.Errorf("%s: comes by %d topics, want %d", name, seen[name], want)
		}
		if _, ok := TopicOf(name); ok == (name == "tocsin.heartbeat.v1") {
			t.Errorf("%s: has a topic: %v", name, ok)
		}
	}
}

// Each message's schema takes the message's own examples and no other type's.
func TestPayloadsOfTheAsyncAPIDocument(t *testing.T) {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(Guide{}.AsyncAPI()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("urn:doc", parsed); err != nil {
		t.Fatal(err)
	}
	other, _ := jsonschema.UnmarshalJSON(strings.NewReader(heartbeat))
	for name, message := range at(parsed, "components", "messages").(tree) {
		ref, _ := at(message, "payload", "$ref").(string)
		if ref == "" {
			continue // a dead letter is whatever was refused
		}
		schema, err := c.Compile("urn:doc" + ref)
		if err != nil {
			t.Fatal(err)
		}
		examples, _ := at(message, "examples").([]any)
		for _, e := range examples {
			if err := schema.Validate(at(e, "payload")); err != nil {
				t.Errorf("%s: %v: %v", name, at(e, "summary"), err)
			}
		}
		if typeNamed(prefix+name+version) != nil && len(examples) < 2 {
			t.Errorf("%s: got %d examples, want at least two", name, len(examples))
		}
		if name != "heartbeat" && schema.Validate(other) == nil {
			t.Errorf("%s: takes a heartbeat", name)
		}
	}
}
