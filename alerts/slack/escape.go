package slack

import (
	"strings"
	"unicode"
)

// Strings of customers and their documents are hostile until cleaned: a name may hold a mention of the whole channel, markup,
// line breaks, or controls that turn the direction of what follows it. There are three ways into a message, and no fourth:
// plain (plain_text objects), code (a code span in mrkdwn) and prose (the fallback text).

// plain is a string for a plain_text object, which Slack shows as it stands. Angle brackets become others all the same.
func plain(s string, limit int) string {
	return isolate(strings.NewReplacer("<", "‹", ">", "›").Replace(clean(s, limit)))
}

// code is a string for mrkdwn as a code span, in which nothing has a meaning but its end.
func code(s string, limit int) string {
	s = strings.ReplaceAll(clean(s, limit), "`", "'")
	if s == "" {
		s = "-"
	}
	return "`" + isolate(escape(s)) + "`"
}

// prose is a string for running mrkdwn text: what could begin or end markup is replaced by what looks like it.
func prose(s string, limit int) string {
	runes := []rune(clean(s, limit))
	for i, r := range runes {
		switch r {
		case '*':
			runes[i] = '∗'
		case '~':
			runes[i] = '∼'
		case '`':
			runes[i] = '\''
		case '_':
			if i == 0 || i == len(runes)-1 || !isWord(runes[i-1]) || !isWord(runes[i+1]) {
				runes[i] = '＿' // inside a word it is none to Slack either
			}
		}
	}
	return isolate(escape(string(runes)))
}

// escape replaces the three characters with which Slack marks links and mentions.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// clean is a string on one line without controls, cut to limit characters.
func clean(s string, limit int) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "�") {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d': // these two belong to some scripts
		default:
			b.WriteRune(r)
		}
	}
	return cut(strings.Join(strings.Fields(b.String()), " "), limit)
}

// cut shortens a string to limit characters, the last of which then is an ellipsis.
func cut(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:limit-1]) + "…"
}

// isolate keeps a string written from right to left from reordering the numbers beside it.
func isolate(s string) string {
	for _, r := range s {
		if unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) {
			return "\u2068" + s + "\u2069"
		}
	}
	return s
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
