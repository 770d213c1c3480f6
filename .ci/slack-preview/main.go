// Command slack-preview turns messages, as `tocsin slack preview` prints them, into a page that looks about as Slack shows them: what a
// person looks at before a layout is let go. It knows the blocks that Tocsin posts and refuses any other.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"regexp"
	"strings"
)

type text struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type block struct {
	Type     string            `json:"type"`
	Text     *text             `json:"text"`
	Fields   []text            `json:"fields"`
	Elements []json.RawMessage `json:"elements"`
}

type message struct {
	Text   string  `json:"text"`
	Blocks []block `json:"blocks"`
}

const head = `<!doctype html><meta charset="utf-8"><style>
body { font: 15px/1.46 "Noto Sans", "Noto Sans CJK SC", "Noto Color Emoji", sans-serif; color: #1d1c1d; margin: 16px; width: 680px }
.message { border-bottom: 1px solid #ddd; padding: 12px 0 }
.header { font-size: 18px; font-weight: 700; margin: 4px 0 }
.section { margin: 8px 0; white-space: pre-wrap }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; margin: 8px 0; white-space: pre-wrap }
.context { font-size: 12px; color: #616061; white-space: pre-wrap }
.actions button { font: inherit; font-weight: 700; padding: 5px 12px; margin: 4px 6px 4px 0; border: 1px solid #bbb; border-radius: 4px; background: #fff }
.actions .primary { background: #007a5a; color: #fff; border-color: #007a5a } .actions .danger { background: #e01e5a; color: #fff; border-color: #e01e5a }
.fallback { font-size: 12px; color: #888; font-style: italic; margin-top: 6px }
code { color: #c01343; background: #f7f7f8; border: 1px solid #ddd; border-radius: 3px; padding: 0 3px; font-size: 12px }
</style>
`

func main() {
	if err := render(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "slack-preview:", err)
		os.Exit(1)
	}
}

func render(in io.Reader, out io.Writer) error {
	var page strings.Builder
	page.WriteString(head)
	for d := json.NewDecoder(in); ; {
		var m message
		err := d.Decode(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		page.WriteString(`<div class="message">`)
		for i := range m.Blocks {
			if err := m.Blocks[i].write(&page); err != nil {
				return err
			}
		}
		fmt.Fprintf(&page, "<div class=\"fallback\">%s</div></div>\n", m.Text)
	}
	_, err := io.WriteString(out, page.String())
	return err
}

func (b *block) write(page *strings.Builder) error {
	switch {
	case b.Type == "header":
		fmt.Fprintf(page, `<div class="header">%s</div>`, shown(b.Text))
	case b.Type == "section" && b.Text != nil:
		fmt.Fprintf(page, `<div class="section">%s</div>`, shown(b.Text))
	case b.Type == "section":
		page.WriteString(`<div class="fields">`)
		for i := range b.Fields {
			fmt.Fprintf(page, "<div>%s</div>", shown(&b.Fields[i]))
		}
		page.WriteString("</div>")
	case b.Type == "divider":
		page.WriteString("<hr>")
	case b.Type == "context", b.Type == "actions":
		fmt.Fprintf(page, `<div class=%q>`, b.Type)
		for _, e := range b.Elements {
			if err := element(page, e); err != nil {
				return err
			}
		}
		page.WriteString("</div>")
	default:
		return fmt.Errorf("a block of type %q: teach this program to draw it", b.Type)
	}
	return nil
}

func element(page *strings.Builder, raw json.RawMessage) error {
	var kind struct {
		Type        string          `json:"type"`
		Style       string          `json:"style"`
		Text        json.RawMessage `json:"text"`
		Placeholder *text           `json:"placeholder"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil {
		return err
	}
	var label text
	switch kind.Type {
	case "mrkdwn", "plain_text":
		label.Type = kind.Type
		if err := json.Unmarshal(kind.Text, &label.Text); err != nil {
			return err
		}
		page.WriteString(shown(&label) + " ")
	case "button":
		if err := json.Unmarshal(kind.Text, &label); err != nil {
			return err
		}
		fmt.Fprintf(page, `<button class=%q>%s</button>`, kind.Style, shown(&label))
	case "overflow":
		page.WriteString("<button>⋯</button>")
	case "static_select", "users_select", "datepicker":
		fmt.Fprintf(page, "<button>%s ▾</button>", shown(kind.Placeholder))
	default:
		return fmt.Errorf("an element of type %q: teach this program to draw it", kind.Type)
	}
	return nil
}

var (
	codes = regexp.MustCompile("`([^`\n]+)`")
	bolds = regexp.MustCompile(`\*([^*\n]+)\*`)
	links = regexp.MustCompile(`<(https?://[^|>]+)\|([^>]+)>`)
	dates = regexp.MustCompile(`<!date\^[^|>]*\|([^>]*)>`) // shown as who has no clock reads them
)

// shown is a text as Slack shows it. In its markup the three characters that HTML minds are written as HTML writes them.
func shown(t *text) string {
	if t == nil {
		return ""
	}
	if t.Type == "plain_text" {
		return html.EscapeString(t.Text)
	}
	s := links.ReplaceAllString(dates.ReplaceAllString(t.Text, "$1"), `<a href="$1">$2</a>`)
	return bolds.ReplaceAllString(codes.ReplaceAllString(s, "<code>$1</code>"), "<b>$1</b>")
}
