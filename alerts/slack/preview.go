package slack

import (
	"bytes"
	"encoding/json"

	"github.com/slack-go/slack"

	"tocsin/alerts"
)

// Preview is a message as it would be posted, as indented JSON that Slack's Block Kit Builder takes: `text` is what people read where
// blocks are not shown. Buttons are shown where somebody takes them.
func Preview(msg alerts.Message, language *alerts.Language, buttons bool) ([]byte, error) {
	return indented(words{language, buttons}.render(msg))
}

// indented is what a message shows as JSON.
func indented(text string, blocks []slack.Block) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(map[string]any{"text": text, "blocks": blocks})
	return out.Bytes(), err
}
