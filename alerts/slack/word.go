package slack

import (
	"cmp"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/state"
)

// renderWord is what a person has told, as an entry of a thread shows it: its text, and no blocks.
func (w words) renderWord(word *alerts.Word) (text string, blocks []slack.Block) {
	return cut(w.told(word), maxFallback), nil
}

// told says who has told what, and when.
func (w words) told(word *alerts.Word) string {
	e, customer := &word.Entry, code(string(word.Customer), idChars)
	if word.Gone {
		return w.Tell(alerts.SayToldGone, "when", w.moment(word.At))
	}
	says := map[alerts.Action]alerts.Saying{
		alerts.Contact: alerts.SayToldContact, alerts.Promise: alerts.SayToldPromise, alerts.Note: alerts.SayToldNote,
		alerts.AskLimit: alerts.SayToldAsked, alerts.GrantLimit: alerts.SayToldGranted,
	}
	text := w.Tell(says[e.Action], "customer", customer, "who", code(e.By, idChars), "date", w.Date(max(e.Day, e.Until)),
		"channel", w.Entry(e.Channel), "outcome", w.Entry(e.Outcome), "amount", w.Amount(e.Money()), "text", prose(e.Text, alerts.MostText),
		"owner", code(cmp.Or(word.Owner, "-"), idChars))
	if e.Sign != "" {
		text += " (" + w.Entry(e.Sign) + ")"
	}
	when := alerts.SayToldWhen
	if word.Via == state.ViaAPI {
		when = alerts.SayToldWhenAPI
	}
	return text + w.Tell(when, "when", w.moment(word.At))
}
