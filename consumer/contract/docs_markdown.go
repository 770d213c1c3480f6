package contract

import (
	"fmt"
	"strings"
)

// Markdown is the guide as Markdown.
func (g Guide) Markdown() []byte { return markdownOf(g.page()) }

// MarkdownOf is what the guide says of one type, by its full name; nil when there is no such type.
func (g Guide) MarkdownOf(name string) []byte { return markdownOf(g.pageOf(name)) }

func markdownOf(page []passage) []byte {
	var b strings.Builder
	for i, p := range page {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch p := p.(type) {
		case heading:
			fmt.Fprintf(&b, "%s <a id=%q></a>%s\n", strings.Repeat("#", p.level), p.anchor, p.text)
		case paragraph:
			fmt.Fprintf(&b, "%s\n", p)
		case bullets:
			for _, item := range p {
				fmt.Fprintf(&b, "- %s\n", item)
			}
		case grid:
			markdownRow(&b, p.head)
			b.WriteString(strings.Repeat("|---", len(p.head)) + "|\n")
			for _, row := range p.rows {
				markdownRow(&b, row)
			}
		case listing:
			if p.title != "" {
				fmt.Fprintf(&b, "%s\n\n", p.title)
			}
			fmt.Fprintf(&b, "```\n%s```\n", p.text)
		}
	}
	return []byte(b.String())
}

func markdownRow(b *strings.Builder, cells []string) {
	for _, cell := range cells {
		b.WriteString("| " + strings.NewReplacer("|", `\|`, "\n", "<br>").Replace(cell) + " ")
	}
	b.WriteString("|\n")
}
