package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"tocsin/alerts/slack"
)

// channels are all in which this configuration may tell a case.
func (c *config) channels() []string {
	all := []string{c.Slack.Channel}
	for _, r := range c.Notify.Routes {
		for _, name := range r.Channels {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// examineSlack asks Slack, where there is one.
func (c *config) examineSlack(ctx context.Context) (f remarks) {
	s := c.Slack
	if s.TokenFile == "" {
		f.add(noted, "slack", "slack: {token_file: /run/secrets/slack}", "slack.token_file is empty: nobody is told of anything there")
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	e, err := slack.Examine(ctx, slack.Config{TokenFile: s.TokenFile, APIURL: s.APIURL, Buttons: s.interactive()}, s.AppTokenFile, c.channels()...)
	if err != nil {
		f.add(wrong, "slack", "tocsin slack manifest   # of which an administrator makes the app; its bot token (xoxb-) belongs in "+s.TokenFile, "%v", err)
		return f
	}
	f.ok("slack", "%s in %s", e.User, e.Team)
	switch {
	case len(e.Missing) > 0:
		f.add(wrong, "slack scopes", "tocsin slack manifest   # has all; then install the app anew", "the app lacks %s", strings.Join(e.Missing, ", "))
	case e.Told:
		f.ok("slack scopes", "the app has all that it needs")
	default:
		f.add(noted, "slack scopes", "", "Slack does not tell them")
	}
	if e.AppToken != nil {
		f.add(wrong, "slack app token", "make an app-level token with connections:write (Basic Information), and put it in "+s.AppTokenFile, "%v", e.AppToken)
	} else if s.AppTokenFile != "" {
		f.ok("slack app token", "people can act in Slack")
	}
	for _, one := range e.Channels {
		switch check := "slack channel " + one.Name; {
		case one.Member:
			f.ok(check, "the app is a member")
		case one.Found:
			f.add(wrong, check, "/invite @"+e.User+"   # in that channel", "the app is no member: it cannot post there")
		case e.Unlisted != nil:
			f.add(wrong, check, "tocsin slack manifest   # has the scopes that channels are looked up with", "%v", e.Unlisted)
		default:
			f.add(wrong, check, "/invite @"+e.User+"   # in that channel, if it is a private one; else create it", "there is none that the app can see")
		}
	}
	return f
}
