package main

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"tocsin/alerts"
	"tocsin/alerts/slack"
	"tocsin/consumer/replay"
	"tocsin/state"
)

// slackCommand prepares an app, and shows what it will post.
type slackCommand struct {
	Manifest slackManifestCommand `cmd:"" help:"Print the manifest of which an administrator creates the app."`
	Preview  slackPreviewCommand  `cmd:"" help:"Print the messages that stories end with, as Slack's Block Kit Builder takes them."`
}

type slackManifestCommand struct {
	Address string `placeholder:"URL" help:"Where Slack reaches http.listen from outside, such as https://tocsin.example, for slack.signing_secret_file; without it Socket Mode."`
}

// Help says what to do with it.
func (c *slackManifestCommand) Help() string {
	return "Create the app at https://api.slack.com/apps, \"From a manifest\", install it, put its bot token into the file that " +
		"slack.token_file names, and invite @tocsin into the channel that slack.channel names. For buttons, make an app-level token with the scope connections:write, put " +
		"it into the file that slack.app_token_file names, and name under slack.people who may use them."
}

// Run prints it.
func (c *slackManifestCommand) Run(p *process) error {
	address := ""
	if c.Address != "" {
		u, err := url.Parse(c.Address)
		if err != nil || u.Scheme != "https" || u.Host == "" {
			return usageError{fmt.Sprintf("--address: %q is no address such as https://tocsin.example", c.Address)}
		}
		address = u.JoinPath(slack.Path).String()
	}
	manifest, err := slack.Manifest(address)
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(manifest)
	return err
}

type slackPreviewCommand struct {
	At       string   `placeholder:"DATE" help:"Day whose messages to print, instead of the story's last one."`
	Language string   `help:"Language of the messages, a value of notify.language; without it the one of the story's configuration."`
	Buttons  bool     `help:"Show the buttons that messages have where slack.app_token_file is set."`
	Files    []string `arg:"" name:"file" help:"Story, as tocsin story plays it."`
}

// Run prints, of each customer of whom people would have been told by then, the message as it stands.
func (c *slackPreviewCommand) Run(p *process) error {
	at, err := dateFlag("--at", c.At)
	if err != nil {
		return err
	}
	for _, name := range c.Files {
		s, err := readStory(name)
		if err != nil {
			return err
		}
		config, engine, script, err := s.read()
		if err != nil {
			return refusedConfig(p, err)
		}
		language, known := alerts.LanguageOf(cmp.Or(c.Language, config.Notify.Language))
		if !known {
			return usageError{"--language: " + notOneOf(c.Language, alerts.Languages()).Error()}
		}
		last := map[state.CustomerID]*alerts.CaseMessage{}
		told := func(m *alerts.CaseMessage) { last[m.Customer] = m }
		if err := s.backtest(p.ctx, replay.Backtest{Engine: engine, Until: cmp.Or(at, script.end), Told: told}, script); err != nil {
			return err
		}
		for _, customer := range slices.Sorted(maps.Keys(last)) {
			message, err := slack.Preview(last[customer], language, c.Buttons || config.Slack.interactive())
			if err != nil {
				return err
			}
			if _, err := p.stdout.Write(message); err != nil {
				return err
			}
		}
	}
	return nil
}
