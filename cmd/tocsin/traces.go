package main

import (
	"context"

	"tocsin/alerts"
	"tocsin/alerts/slack"
	"tocsin/cmd/tocsin/traces"
	"tocsin/state"
)

// tracedSender is a sender whose posts, edits and replies are spans.
type tracedSender struct {
	*slack.Sender
	start   traces.Start
	channel string
}

func (s *tracedSender) span(ctx context.Context, how string) (context.Context, func(error)) {
	return s.start(ctx, "message", "how", how, "channel", s.channel)
}

// Post is that of the sender.
func (s *tracedSender) Post(ctx context.Context, msg alerts.Message) (id string, err error) {
	ctx, end := s.span(ctx, "post")
	defer func() { end(err) }()
	return s.Sender.Post(ctx, msg)
}

// Edit is that of the sender.
func (s *tracedSender) Edit(ctx context.Context, id string, msg alerts.Message) (err error) {
	ctx, end := s.span(ctx, "edit")
	defer func() { end(err) }()
	return s.Sender.Edit(ctx, id, msg)
}

// Reply is that of the sender.
func (s *tracedSender) Reply(ctx context.Context, under string, n *alerts.News) (err error) {
	ctx, end := s.span(ctx, "reply")
	defer func() { end(err) }()
	return s.Sender.Reply(ctx, under, n)
}

// Find is that of the sender.
func (s *tracedSender) Find(ctx context.Context, of string, since state.Instant) (id string, found bool, err error) {
	ctx, end := s.span(ctx, "find")
	defer func() { end(err) }()
	return s.Sender.Find(ctx, of, since)
}
