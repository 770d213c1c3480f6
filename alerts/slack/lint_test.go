package slack

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

func TestLintNamesTheLimitThatIsBroken(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	build := func(with func(*message)) []slack.Block {
		m := message{seq: 1}
		with(&m)
		return m.blocks
	}
	tests := []struct {
		name   string
		text   string
		blocks []slack.Block
		want   string // empty: nothing is wrong
	}{
		{"all at their limits", long(2999), build(func(m *message) {
			m.header("a", long(150))
			m.section("b", long(3000))
			m.fields("c", slices.Repeat([]string{long(300)}, 10)...)
			m.context("d", long(3000))
		}), ""},
		{"no text", "", nil, "text of 0 characters"},
		{"long text", long(3000), nil, "text of 3000 characters"},
		{"characters count, not bytes", strings.Repeat("國", 2999), nil, ""},
		{"long section", "x", build(func(m *message) { m.section("a", long(3001)) }), "section of 3001 characters"},
		{"empty section", "x", build(func(m *message) { m.section("a", "") }), "section of 0 characters"},
		{"long field", "x", build(func(m *message) { m.fields("a", long(2001)) }), "field of 2001 characters"},
		{"many fields", "x", build(func(m *message) { m.fields("a", slices.Repeat([]string{"x"}, 11)...) }), "11 texts of kind field"},
		{"no fields", "x", build(func(m *message) { m.fields("a") }), "0 texts of kind field"},
		{"many blocks", "x", build(func(m *message) {
			for i := range 51 {
				m.section(long(i+1), "x")
			}
		}), "51 blocks"},
		{"two blocks of one id", "x", build(func(m *message) { m.section("a", "x"); m.section("a", "x") }), `id "a.1"`},
		{"too much in all", "x", build(func(m *message) {
			m.section("a", long(3000))
			m.section("b", long(3000))
			m.section("c", long(3000))
			m.section("d", long(1001))
		}), "10001 characters in all blocks"},
		{"markup in a header", "x", []slack.Block{slack.NewHeaderBlock(mrkdwn("x"), slack.HeaderBlockOptionBlockID("a"))}, "header is mrkdwn"},
		{"a kind that is not known", "x", []slack.Block{slack.NewImageBlock("u", "a", "a", nil)}, "not a kind of block"},
		{"buttons at their limits", "x", buttons(25, func(b *slack.ButtonBlockElement) {
			b.ActionID, b.Value, b.Text.Text = b.ActionID+long(250), long(2000), long(75)
		}), ""},
		{"no buttons", "x", buttons(0, nil), "0 buttons"},
		{"many buttons", "x", buttons(26, nil), "26 buttons"},
		{"two buttons of one id", "x", buttons(2, func(b *slack.ButtonBlockElement) { b.ActionID = "a" }), `button "a": there is another one`},
		{"long label", "x", buttons(1, func(b *slack.ButtonBlockElement) { b.Text.Text = long(76) }), "label of 76 characters"},
		{"markup in a label", "x", buttons(1, func(b *slack.ButtonBlockElement) { b.Text = mrkdwn("x") }), "label is mrkdwn"},
		{"long action id", "x", buttons(1, func(b *slack.ButtonBlockElement) { b.ActionID = long(256) }), "id of 256 characters"},
		{"no value", "x", buttons(1, func(b *slack.ButtonBlockElement) { b.Value = "" }), "value of 0 characters"},
		{"long value", "x", buttons(1, func(b *slack.ButtonBlockElement) { b.Value = long(2001) }), "value of 2001 characters"},
		{"a style of its own", "x", buttons(1, func(b *slack.ButtonBlockElement) { b.Style = "loud" }), `style "loud"`},
		{"an action that is no button", "x", []slack.Block{slack.NewActionBlock("a", slack.NewDatePickerBlockElement("d"))}, "only buttons"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := lint(tt.text, tt.blocks)
			if tt.want == "" && err != nil {
				t.Errorf("got %v, want no fault", err)
			}
			if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want a fault with %q", err, tt.want)
			}
		})
	}
}

// buttons is a block of so many, each as change leaves it.
func buttons(number int, change func(*slack.ButtonBlockElement)) []slack.Block {
	var all []slack.BlockElement
	for i := range number {
		b := slack.NewButtonBlockElement(strconv.Itoa(i), "v", plainText("label"))
		if change != nil {
			change(b)
		}
		all = append(all, b)
	}
	return []slack.Block{slack.NewActionBlock("a", all...)}
}
