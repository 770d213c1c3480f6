package slack

import (
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/state"
)

// What people tell fits whatever they say, in both languages, and only what waits for a second person has buttons, where somebody takes them.
func TestWordsFitWhateverTheySay(t *testing.T) {
	for _, name := range hostileNames {
		for _, l := range []*alerts.Language{alerts.English, alerts.Chinese} {
			for _, action := range append(alerts.Entries(), alerts.Answers()...) {
				for _, taken := range []bool{false, true} {
					word := &alerts.Word{
						WordID: alerts.WordID("d-1", 20_000), Seq: 1, Customer: state.CustomerID(name), CaseID: "k", Owner: name, Via: state.ViaAPI, Asker: name,
						Entry: alerts.Entry{Action: action, By: name, Text: strings.Repeat(name, 9), Amount: "12.00", Currency: someEuros, Channel: name, Outcome: name, Sign: name},
					}
					for _, w := range []*alerts.Word{word, word.Answered(name, alerts.ApproveLimit), {WordID: "w", Seq: 2, Gone: true, Entry: alerts.Entry{Action: action}}} {
						text, blocks := words{l, taken}.render(w)
						if err := lint(text, blocks); err != nil && len(blocks) > 0 {
							t.Errorf("%s of %q: %v", action, name, err)
						}
						if want := taken && w == word && action == alerts.AskLimit; want != (len(blocks) == 2) {
							t.Errorf("%s of %q: got %d blocks", action, name, len(blocks))
						}
						if strings.Contains(text, "<!channel>") || strings.Contains(text, "<@U") {
							t.Errorf("%s of %q calls people: %s", action, name, text)
						}
					}
				}
			}
		}
	}
}
