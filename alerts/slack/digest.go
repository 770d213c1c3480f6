package slack

import (
	"fmt"

	"github.com/slack-go/slack"

	"tocsin/alerts"
)

// PreviewDigest is a digest as a message shows it, as [Preview] prints one.
func PreviewDigest(d *alerts.Digest, language *alerts.Language) ([]byte, error) {
	return indented(words{language, false}.renderDigest(d))
}

// renderDigest is a digest as Slack takes it: a section for each part, of as many lines as fit. The fallback says how many of what.
func (w words) renderDigest(d *alerts.Digest) (fallback string, blocks []slack.Block) {
	head, parts := w.Digest(d, func(s string) string { return code(s, nameChars) })
	said, most := []string{head}, 0
	for _, p := range parts {
		said = append(said, p.Title)
		most = max(most, len(p.Lines))
	}
	if d.Quiet() {
		said = []string{head, parts[0].Lines[0]} // that Tocsin lives
	}
	fallback = cut(w.Sentences(said...), maxFallback)
	return fallback, fitting(fallback, most, func(shown int) []slack.Block {
		m := message{seq: 1}
		m.header("head", "🗞️ "+head)
		for i, p := range parts {
			lines := p.Lines[:min(shown, len(p.Lines))]
			if len(lines) < len(p.Lines) {
				lines = append(lines[:len(lines):len(lines)], w.Phrase(alerts.PhraseDigestCut, "command", code(digestCommand, idChars)))
			}
			m.list(fmt.Sprintf("part%d", i), p.Title, lines)
		}
		return m.blocks
	})
}

// digestCommand shows what does not fit.
const digestCommand = "tocsin digest"
