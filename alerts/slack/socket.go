package slack

import (
	"context"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

const (
	mostEnvelope = 1 << 20          // bytes
	tryAgain     = 10 * time.Second // after Slack has refused the token, or the file with it could not be read
)

// listen holds a connection in Socket Mode until ctx ends, whatever comes between. Several processes may: Slack gives each act to one of
// them.
func (r *Reception) listen(ctx context.Context) {
	if r.AppTokenFile == "" {
		<-ctx.Done() // acts come to ServeHTTP
		return
	}
	for ctx.Err() == nil {
		err := r.hold(ctx)
		if ctx.Err() != nil {
			return
		}
		r.Log.Error("nobody takes what people do in Slack", "error", err, "again_in", tryAgain)
		select {
		case <-ctx.Done():
		case <-time.After(tryAgain):
		}
	}
}

// hold connects, and connects anew when a connection breaks, until ctx ends or Slack refuses the token.
func (r *Reception) hold(ctx context.Context) error {
	token, err := readSecret("slack.app_token_file", r.AppTokenFile)
	if err != nil {
		return err
	}
	options := append(apiOptions(r.http, r.APIURL), slack.OptionAppLevelToken(token))
	client := socketmode.New(slack.New("", options...), socketmode.OptionReadLimit(mostEnvelope))
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(ctx) }()
	for {
		select {
		case event := <-client.Events:
			r.hear(ctx, client, &event)
		case err := <-ended:
			return err
		}
	}
}

// hear takes one event of a connection. What there is no room for is not acknowledged, so that Slack tells the person; what there is
// is, when it is worked on, over whatever connection there is then.
func (r *Reception) hear(ctx context.Context, client *socketmode.Client, event *socketmode.Event) {
	say := func(what any) {
		if err := client.AckCtx(ctx, event.Request.EnvelopeID, what); err != nil && ctx.Err() == nil {
			r.Log.Warn("Slack is not told that something has come in", "error", err)
		}
	}
	taken := func() { say(nil) }
	switch event.Type {
	case socketmode.EventTypeInteractive:
		call, _ := event.Data.(slack.InteractionCallback)
		a, ours := actOf(&call)
		if wrong := r.misfits(&a); len(wrong) > 0 {
			say(slack.NewErrorsViewSubmissionResponse(wrong))
			return
		}
		if !ours {
			taken()
			return
		}
		if !r.offer(a, taken) {
			r.Log.Warn("there is no room for what somebody does in Slack", "user", a.user)
		}
	case socketmode.EventTypeSlashCommand:
		typed, _ := event.Data.(slack.SlashCommand)
		if !r.offer(asked(&typed), taken) {
			r.Log.Warn("there is no room for what somebody asks in Slack", "user", typed.UserID)
		}
	case socketmode.EventTypeConnected:
		r.Log.Info("what people do in Slack is taken")
	case socketmode.EventTypeConnectionError:
		failed, _ := event.Data.(*slack.ConnectionErrorEvent)
		r.Log.Warn("the connection to Slack is broken", "error", failed.ErrorObj, "again_in", failed.Backoff)
	case socketmode.EventTypeErrorBadMessage:
		bad, _ := event.Data.(*socketmode.ErrorBadMessage)
		r.Log.Warn("Slack says what cannot be read", "error", bad.Cause)
	case socketmode.EventTypeEventsAPI:
		taken() // or Slack brings it again
	}
}
