package slack

import (
	"cmp"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/state"
)

// renderWord is what a person has told, as an entry of a thread shows it: its text alone, but for what a second person has to answer.
func (w words) renderWord(word *alerts.Word) (text string, blocks []slack.Block) {
	text = cut(w.told(word), maxFallback)
	if !w.taken || !word.Open() {
		return text, nil
	}
	m := message{seq: word.Seq}
	m.section("word", text)
	about := subject{word.Seq, word.Document(), noTask, word.Customer}.String()
	var elements []slack.BlockElement
	for _, c := range []control{approveLimit, declineLimit} {
		elements = append(elements, slack.NewButtonBlockElement(c.id(), about, plainText(w.Tell(c.label))).WithStyle(c.style))
	}
	m.blocks = append(m.blocks, slack.NewActionBlock(m.id("act"), elements...))
	return text, m.blocks
}

// told says who has told what, and when.
func (w words) told(word *alerts.Word) string {
	e, customer := &word.Entry, code(string(word.Customer), idChars)
	if word.Gone {
		return w.Tell(alerts.SayToldGone, "when", w.moment(word.At))
	}
	says := map[alerts.Action]alerts.Saying{
		alerts.Contact: alerts.SayToldContact, alerts.Promise: alerts.SayToldPromise, alerts.Note: alerts.SayToldNote,
		alerts.AskLimit: alerts.SayToldAsked, alerts.GrantLimit: alerts.SayToldGranted, alerts.ApproveLimit: alerts.SayToldApproved, alerts.DeclineLimit: alerts.SayToldDeclined,
	}
	text := w.Tell(says[e.Action], "customer", customer, "who", code(e.By, idChars), "date", w.Date(max(e.Day, e.Until)),
		"channel", w.Entry(e.Channel), "outcome", w.Entry(e.Outcome), "amount", w.Amount(e.Money()), "text", prose(e.Text, alerts.MostText),
		"owner", code(cmp.Or(word.Owner, "-"), idChars), "asker", code(word.Asker, idChars))
	if e.Action.Answers() && e.Text != "" {
		text += w.Tell(alerts.SayToldWhy, "text", prose(e.Text, alerts.MostText))
	}
	if e.Sign != "" {
		text += " (" + w.Entry(e.Sign) + ")"
	}
	when := alerts.SayToldWhen
	if word.Via == state.ViaAPI {
		when = alerts.SayToldWhenAPI
	}
	text += w.Tell(when, "when", w.moment(word.At))
	if answers := map[alerts.Action]alerts.Saying{alerts.ApproveLimit: alerts.SayAskApproved, alerts.DeclineLimit: alerts.SayAskDeclined}; word.Answer != 0 {
		text += w.Tell(answers[word.Answer], "who", code(word.By, idChars))
	}
	return text
}
