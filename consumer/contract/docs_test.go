package contract

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"tocsin/state"
)

// allTables are the tables of all objects, by what their members are called in a fault of the test.
func allTables() map[string]*table {
	tables := map[string]*table{"the envelope": envelopeTable, "money": moneyTable}
	for i := range types {
		tables[types[i].name] = types[i].data
		for _, f := range types[i].data.fields {
			if f.items != nil {
				tables[types[i].name+" "+f.name] = f.items
			}
		}
	}
	return tables
}

func TestEveryTypeAndMemberIsExplained(t *testing.T) {
	for i := range types {
		checkSentence(t, types[i].name, types[i].doc)
	}
	for name, table := range allTables() {
		for _, f := range table.fields {
			checkSentence(t, name+": "+f.name, f.doc)
		}
	}
	for _, topic := range append(Topics(), OutTopics()...) {
		checkSentence(t, topic.Name, topic.Doc)
	}
}

func checkSentence(t *testing.T, what, doc string) {
	t.Helper()
	if doc == "" || !strings.HasSuffix(doc, ".") || unicode.IsLower(rune(doc[0])) && !strings.Contains(strings.Fields(doc)[0], "_") &&
		!slices.Contains([]string{"base", "null", "undeliverable:"}, strings.Fields(doc)[0]) {
		t.Errorf("%s: got doc %q, want sentences", what, doc)
	}
}

func TestCodesAreExplainedByExamplesThatHaveThem(t *testing.T) {
	without := []Code{TypeUnsupported, RevisionConflict} // no document alone has them
	texts := codeTexts()
	for i, code := range Codes() {
		c := texts[i]
		if c.code != code {
			t.Fatalf("got %s in place %d, want %s", c.code, i, code)
		}
		doc := c.document()
		if doc == nil {
			if !slices.Contains(without, code) {
				t.Errorf("%s: has no example", code)
			}
			continue
		}
		if faults := faultsOf(doc); len(faults) != 1 || faults[0].Code != code {
			t.Errorf("%s: got %v for the example, want this one fault", code, faults)
		}
	}
	if len(texts) != len(Codes()) {
		t.Errorf("got %d codes, want %d", len(texts), len(Codes()))
	}
}

// What the guide shows of the three forms is one event.
func TestTheFormsOfTheGuideAreOneEvent(t *testing.T) {
	var listings []string
	for _, p := range formPart() {
		if l, ok := p.(listing); ok {
			listings = append(listings, l.text)
		}
	}
	var events [3]state.Event
	for i, text := range listings {
		head, value, _ := strings.Cut(strings.TrimSuffix(text, "\n"), "\n\n")
		value = strings.Replace(value, "00 00 00 00 2a ", "\x00\x00\x00\x00\x2a", 1)
		var headers []state.Header
		for line := range strings.Lines(head) {
			key, v, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			headers = append(headers, state.Header{Key: key, Value: []byte(v)})
		}
		if r := newDecoder(t, Options{}).DecodeRecord(headers, []byte(value), 0, &events[i]); r != nil {
			t.Fatalf("form %d: %v", i, r)
		}
	}
	if !reflect.DeepEqual(events[0], events[1]) || !reflect.DeepEqual(events[0], events[2]) || events[0].Kind != state.KindInvoice {
		t.Errorf("got different events: %v", events)
	}
}

func TestTheGuideHasEverything(t *testing.T) {
	g := Guide{Topics: map[string]string{"invoices": "acme.invoices", "dead_letters": "acme.dead"}}
	page, text := string(g.HTML()), string(g.Markdown())
	for _, name := range TypeNames() {
		short := ShortName(name)
		if !strings.Contains(page, `<h4 id="`+short+`">`) || !strings.Contains(text, `#### <a id="`+short+`"></a>`+short+"\n") {
			t.Errorf("%s: has no part of the guide", name)
		}
		if one := string(g.MarkdownOf(name)); !strings.HasPrefix(one, "# ") || !strings.Contains(unlinked(text), one[strings.Index(one, "\n"):]) {
			t.Errorf("%s: its own page says something else than the guide", name)
		}
	}
	for form, got := range map[string]string{"HTML": page, "Markdown": text} {
		for _, code := range Codes() {
			if !strings.Contains(got, string(code)) {
				t.Errorf("%s: does not name %s", form, code)
			}
		}
		for _, want := range []string{"acme.invoices", "acme.dead", "credit.orders.v1", "tocsin.alerts.v1"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: does not name the topic %s", form, want)
			}
		}
		for _, unwanted := range []string{"{{", "credit.invoices.v1", "\x00"} {
			if strings.Contains(got, unwanted) {
				t.Errorf("%s: has %q", form, unwanted)
			}
		}
	}
	if (Guide{}).HTMLOf("none") != nil || len((Guide{}).MarkdownOf("none")) != 0 {
		t.Error("there is a page about a type that is none")
	}
}

var (
	htmlID   = regexp.MustCompile(` id="([^"]+)"`)
	htmlLink = regexp.MustCompile(` href="([^"]+)"`)
	htmlTag  = regexp.MustCompile(`<(/?)([a-z0-9]+)[^>]*>`)
)

// Links lead somewhere, ids are unique, tags are balanced, and nothing is fetched from elsewhere.
func TestThePageStandsAlone(t *testing.T) {
	pages := map[string][]byte{"": Guide{}.HTML()}
	for _, name := range TypeNames() {
		pages[name] = Guide{}.HTMLOf(name)
	}
	for name, page := range pages {
		body := string(page)
		ids := map[string]bool{}
		for _, m := range htmlID.FindAllStringSubmatch(body, -1) {
			if ids[m[1]] {
				t.Errorf("%s: two parts have the id %s", name, m[1])
			}
			ids[m[1]] = true
		}
		for _, m := range htmlLink.FindAllStringSubmatch(body, -1) {
			if anchor, local := strings.CutPrefix(m[1], "#"); local && !ids[anchor] || !local && m[1] != "https://cloudevents.io" {
				t.Errorf("%s: a link leads to %s", name, m[1])
			}
		}
		for _, fetched := range []string{"<script", "<link", "<img", "<iframe", " src=", "url(", "@import"} {
			if strings.Contains(body, fetched) {
				t.Errorf("%s: has %s", name, fetched)
			}
		}
		checkBalanced(t, name, body)
	}
}

func checkBalanced(t *testing.T, name, body string) {
	t.Helper()
	var open []string
	for _, m := range htmlTag.FindAllStringSubmatch(body, -1) {
		switch {
		case slices.Contains([]string{"meta", "br"}, m[2]):
		case m[1] == "":
			open = append(open, m[2])
		case len(open) == 0 || open[len(open)-1] != m[2]:
			t.Fatalf("%s: </%s> closes %v", name, m[2], open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%s: %v are not closed", name, open)
	}
}

func TestTablesOfTheMarkdownAreRectangular(t *testing.T) {
	cells := regexp.MustCompile(`(?:^|[^\\])\|`)
	width := 0
	for line := range strings.Lines(string(Guide{}.Markdown())) {
		if !strings.HasPrefix(line, "|") {
			width = 0
			continue
		}
		n := len(cells.FindAllString(line, -1))
		if width != 0 && n != width {
			t.Errorf("got %d cells, want %d: %s", n, width, line)
		}
		width = n
	}
}

func TestMarksInsideOfATextBecomeHTML(t *testing.T) {
	for text, want := range map[string]string{
		"a < b\nc":                     "a &lt; b<br>c",
		"**must** be `a < b`":          "<strong>must</strong> be <code>a &lt; b</code>",
		"[`limit.set`](#limit.set)!":   `<a href="#limit.set"><code>limit.set</code></a>!`,
		"`instalments[].due` and `**`": "<code>instalments[].due</code> and <code>**</code>",
	} {
		if got := inlineHTML(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// The examples of the guide's prose and of the money in it are read as JSON by publishers.
func TestMoneyInTheProseIsMoney(t *testing.T) {
	example := regexp.MustCompile("`(\\{\"amount[^`]+)`").FindStringSubmatch(guideText)
	var money struct{ Amount, Currency string }
	if err := json.Unmarshal([]byte(example[1]), &money); err != nil || money.Amount == "" || money.Currency == "" {
		t.Errorf("got %v from %s: %v", money, example[1], err)
	}
}
