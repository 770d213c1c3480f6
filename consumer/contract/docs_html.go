package contract

import (
	_ "embed" // the style sheet
	"fmt"
	"html"
	"regexp"
	"strings"
)

// pageStyle is the style sheet of the page. The page needs nothing from elsewhere.
//
//go:embed docs/page.css
var pageStyle string

// HTML is the guide as one page that stands alone.
func (g Guide) HTML() []byte { return htmlOf(g.page()) }

// HTMLOf is what the guide says of one type, by its full name, as a page; nil when there is no such type.
func (g Guide) HTMLOf(name string) []byte { return htmlOf(g.pageOf(name)) }

// htmlOf writes a page, which begins with its title.
func htmlOf(page []passage) []byte {
	if len(page) == 0 {
		return nil
	}
	b := &strings.Builder{}
	fmt.Fprintf(b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"+
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%s</title>\n<style>\n%s</style>\n</head>\n<body>\n",
		html.EscapeString(page[0].(heading).text), pageStyle)
	b.WriteString("<a class=\"skip\" href=\"#main\">Skip to the content</a>\n")
	writeContents(b, page)
	b.WriteString("<main id=\"main\">\n")
	for _, p := range page {
		writeHTML(b, p)
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return []byte(b.String())
}

// writeContents writes links to all headings below the title, nested by level.
func writeContents(b *strings.Builder, page []passage) {
	var headings []heading
	for _, p := range page[1:] {
		if h, ok := p.(heading); ok {
			headings = append(headings, h)
		}
	}
	if len(headings) == 0 {
		return
	}
	b.WriteString("<nav aria-label=\"Contents\">\n")
	lists := 0 // that are open; levels descend one by one
	for _, h := range headings {
		depth := h.level - headings[0].level + 1
		if depth > lists {
			b.WriteString("<ul>\n")
			lists++
		} else {
			b.WriteString("</li>\n")
		}
		for ; lists > depth; lists-- {
			b.WriteString("</ul></li>\n")
		}
		fmt.Fprintf(b, "<li><a href=\"#%s\">%s</a>", h.anchor, inlineHTML(h.text))
	}
	b.WriteString(strings.Repeat("</li></ul>\n", lists) + "</nav>\n")
}

func writeHTML(b *strings.Builder, p passage) {
	switch p := p.(type) {
	case heading:
		fmt.Fprintf(b, "<h%d id=\"%s\"><a href=\"#%[2]s\">%s</a></h%[1]d>\n", p.level, p.anchor, inlineHTML(p.text))
	case paragraph:
		fmt.Fprintf(b, "<p>%s</p>\n", inlineHTML(string(p)))
	case bullets:
		b.WriteString("<ul>\n")
		for _, item := range p {
			fmt.Fprintf(b, "<li>%s</li>\n", inlineHTML(item))
		}
		b.WriteString("</ul>\n")
	case grid:
		writeTable(b, p)
	case listing:
		writeListing(b, p)
	}
}

// writeTable writes a table whose first column names its rows.
func writeTable(b *strings.Builder, g grid) {
	b.WriteString("<div class=\"table\" tabindex=\"0\"><table>\n<thead><tr>")
	for _, cell := range g.head {
		fmt.Fprintf(b, "<th scope=\"col\">%s</th>", inlineHTML(cell))
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range g.rows {
		fmt.Fprintf(b, "<tr><th scope=\"row\">%s</th>", inlineHTML(row[0]))
		for _, cell := range row[1:] {
			fmt.Fprintf(b, "<td>%s</td>", inlineHTML(cell))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table></div>\n")
}

func writeListing(b *strings.Builder, l listing) {
	pre := "<pre tabindex=\"0\"><code>" + coloured(l.text) + "</code></pre>"
	switch {
	case l.title == "":
		fmt.Fprintf(b, "%s\n", pre)
	case l.folded:
		fmt.Fprintf(b, "<details><summary>%s</summary>%s</details>\n", inlineHTML(l.title), pre)
	default:
		fmt.Fprintf(b, "<figure><figcaption>%s</figcaption>%s</figure>\n", inlineHTML(l.title), pre)
	}
}

// names of members in JSON, once it is escaped.
var memberName = regexp.MustCompile(`(&#34;[^&\n]*&#34;)(\s*:)`)

// coloured sets the names of members apart from their values.
func coloured(text string) string {
	return memberName.ReplaceAllString(html.EscapeString(text), `<span class="name">$1</span>$2`)
}

// mark finds a link, code, or what is strong. A link's text may be code; in code nothing else is a mark.
var mark = regexp.MustCompile("\\[((?:`[^`]+`|[^\\]`])+)\\]\\(([^)\\s]+)\\)|`([^`]+)`|\\*\\*([^*]+)\\*\\*")

// inlineHTML is a text with its marks as HTML.
func inlineHTML(text string) string {
	var b strings.Builder
	for {
		at := mark.FindStringSubmatchIndex(text)
		if at == nil {
			return b.String() + plainHTML(text)
		}
		b.WriteString(plainHTML(text[:at[0]]))
		group := func(n int) string { return text[at[2*n]:at[2*n+1]] }
		switch {
		case at[2] >= 0:
			fmt.Fprintf(&b, `<a href="%s">%s</a>`, html.EscapeString(group(2)), inlineHTML(group(1)))
		case at[6] >= 0:
			b.WriteString("<code>" + html.EscapeString(group(3)) + "</code>")
		default:
			b.WriteString("<strong>" + html.EscapeString(group(4)) + "</strong>")
		}
		text = text[at[1]:]
	}
}

func plainHTML(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>")
}
