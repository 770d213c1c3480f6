package slack

import (
	"slices"
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
		{"a kind that is not known", "x", []slack.Block{slack.NewActionBlock("a")}, "not a kind of block"},
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
