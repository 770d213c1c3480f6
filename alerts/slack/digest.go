package slack

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"tocsin/alerts"
)

// PreviewDigest is a digest as a message shows it, as [Preview] prints one.
func PreviewDigest(d alerts.Periodical, language *alerts.Language) ([]byte, error) {
	return indented(words{language, false}.renderDigest(d))
}

// renderDigest is a digest as Slack takes it: a section for each part, or several where it is longer than one may be. Where all is more than a
// message takes, parts are cut, and say how much is left out and what shows it. The fallback says how many of what.
func (w words) renderDigest(d alerts.Periodical) (fallback string, blocks []slack.Block) {
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
		m := message{seq: d.Key().Seq}
		m.header("head", "🗞️ "+head)
		for i, p := range parts {
			lines := p.Lines[:min(shown, len(p.Lines))]
			if left := len(p.Lines) - len(lines); left > 0 {
				lines = append(lines[:len(lines):len(lines)], w.left(d, left))
			}
			m.pages(fmt.Sprintf("part%d", i), p.Title, lines)
		}
		return m.blocks
	})
}

// left tells of lines that are not shown, and what shows them.
func (w words) left(d alerts.Periodical, lines int) string {
	return w.Phrase(alerts.PhraseDigestCut, "count", strconv.Itoa(lines), "command", code(commandOf(d), idChars))
}

// Periods that a command asks a digest of.
const (
	PeriodDay   = "day"
	PeriodWeek  = "week"
	PeriodMonth = "month"
)

// periodOf is the period of which a command asks the digest; false where it asks something else.
func periodOf(typed string) (period string, is bool) {
	words := strings.Fields(typed)
	switch {
	case len(words) == 0 || words[0] != "digest" || len(words) > 2:
		return "", false
	case len(words) == 1:
		return PeriodDay, true
	}
	return words[1], slices.Contains([]string{PeriodDay, PeriodWeek, PeriodMonth}, words[1])
}

// digest answers with the last digest of a period, as far as an answer goes.
func (r *Reception) digest(ctx context.Context, a *act, person *Person, period, typed string) string {
	d, err := r.Digest(ctx, period)
	if err != nil {
		r.Log.Error("the digest is not told in Slack", "by", person.Name, "period", period, "error", err)
		return r.failed(a, code(command+" "+typed, idChars))
	}
	return r.words.digestText(d)
}

// digestText is a digest as a text of Slack's.
func (w words) digestText(d alerts.Periodical) string {
	head, parts := w.Digest(d, func(s string) string { return code(s, nameChars) })
	lines, left := []string{bold(head)}, 0
	for _, p := range parts {
		left += len(p.Lines)
		lines = append(lines, "", bold(p.Title))
		for _, line := range p.Lines {
			lines = append(lines, "• "+line)
		}
	}
	size := 0
	for i, line := range lines {
		if size += len(line) + 1; size > maxAnswer {
			return strings.Join(append(lines[:i:i], w.left(d, left)), "\n")
		}
		if strings.HasPrefix(line, "• ") {
			left--
		}
	}
	return strings.Join(lines, "\n")
}

// maxAnswer is how long an answer is at most, in bytes: Slack cuts off what is longer than 4,000 characters.
const maxAnswer = 3500

// commandOf shows what does not fit.
func commandOf(d alerts.Periodical) string {
	switch d.(type) {
	case *alerts.WeeklyDigest:
		return "tocsin digest --period weekly"
	case *alerts.Refusals:
		return "tocsin dlq"
	case *alerts.Behind:
		return "tocsin doctor"
	case *alerts.Scorecard:
		return "tocsin sources"
	case *alerts.MonthlyDigest:
		return "tocsin digest --period monthly"
	}
	return "tocsin digest"
}
