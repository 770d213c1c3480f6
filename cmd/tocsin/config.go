package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/routing"
	"tocsin/alerts/slack"
	"tocsin/alerts/worktime"
	"tocsin/consumer/kafka"
)

// config is all that an operator can set. Each field is bound to its key, bounds and meaning in settings; the contract's
// own names are the keys.
type config struct {
	Ledger            ledgerConfig
	Kafka             kafkaConfig
	StoreURL          string
	CanaryEvery       time.Duration
	StoreCacheMiB     int
	HTTPListen        string
	HTTPTokens        string // path of a file
	HTTP              httpConfig
	Log               logConfig
	Rules             ruleConfig
	DisputeShieldDays int
	SeasonMute        []muteConfig
	Portfolio         portfolioConfig
	SLA               alerts.SLA
	Notify            notifyConfig
	Slack             slackConfig
	Sources           map[string]string // a publisher's source: its name in metrics
	Types             map[string]string // a publisher's type name: the contract's

	given map[string]bool // keys that the file or the environment set
}

// ledgerConfig is how the books count days and money.
type ledgerConfig struct {
	TimeZone     string
	Weekend      []string
	Holidays     []string
	MakeUpDays   []string
	BaseCurrency string
	CloseDelay   time.Duration
	MaxHold      time.Duration
	MaxAhead     time.Duration
}

// kafkaConfig is where events come from and alerts go.
type kafkaConfig struct {
	Brokers  []string
	Group    string
	Instance string
	Session  time.Duration
	ClientID string
	Security kafka.SecurityConfig
	Topics   topicConfig
	Decoders map[string]string // topic: decoder of a registry's own format
}

// topicConfig names the topics.
type topicConfig struct {
	Orders, Invoices, Payments, Registry, Customers, FX string
	Alerts, Tasks, DeadLetters                          string
	Canary                                              string // both read and written, while there is a canary
}

// muteConfig is a season in which a break of the order pattern is expected. Dates are inclusive.
type muteConfig struct{ From, To string }

// portfolioConfig sets targets for the ledger as a whole; zero turns one off.
type portfolioConfig struct {
	TargetDSODays       int
	ForecastSalesPerDay decimal // major units
}

// notifyConfig tells when people are told.
type notifyConfig struct {
	MaxAge time.Duration
	Settle time.Duration
	Hold   bool

	Language string // tag of an alerts.Language
	Digest   worktime.Minute
	Weekly   string // day of the week on which there is a weekly digest; empty: never
	Monthly  int    // working day of the month on which there is a monthly one; 0: never
	Quiet    quietConfig
	Budget   int
	Flood    floodConfig
	CoolDown time.Duration
	Managers map[string]string // of owners; *: of everybody else
	Refused  map[string]string // names of sources: channels of those who are told what is refused; *: of all others

	HeadOfCredit string
	LateAtOnce   int

	Routes   []routing.Route
	Absences []routing.Absence
}

// quietConfig is when people who read messages do not want to be woken.
type quietConfig struct {
	From, Until worktime.Minute
	TimeZone    string // empty: the ledger's
	Weekend     []string
	Holidays    []string
}

// slackConfig is where messages go. Without a token file there are none.
type slackConfig struct {
	TokenFile string
	APIURL    string
	Channel   string

	AppTokenFile string                  // for Socket Mode, or
	SecretFile   string                  // for HTTP
	People       map[string]slack.Person // by Slack's ids of them
}

// interactive tells whether anybody takes what people do in Slack.
func (c *slackConfig) interactive() bool { return c.AppTokenFile+c.SecretFile != "" }

// loadConfig is the defaults, overlaid by the file (no path: none) and then by the environment. What is wrong comes back
// all at once as faults; warnings are variables that look meant for Tocsin but name no key.
func loadConfig(path string, environ []string) (c *config, warnings []string, err error) {
	var body []byte
	if path != "" {
		if body, err = readSettings("configuration", path); err != nil {
			return nil, nil, err
		}
	}
	return parseConfig(path, body, environ)
}

// parseConfig is loadConfig on text that is already in memory; source names it in messages.
func parseConfig(source string, body []byte, environ []string) (*config, []string, error) {
	c := defaultConfig()
	r := &reader{source: source, inFile: true, places: map[string]place{}}
	settings := settingsOf(c)
	root := r.parse(body)
	c.Rules.signNames = signsOf(root, environ)
	if root != nil {
		readTree(r, c, "", treeOf(settings), root)
	}
	warnings := readEnvironment(r, c, settings, environ)
	checkTogether(r, c)
	if err := r.faults.asError(); err != nil {
		return nil, warnings, err
	}
	return c, warnings, nil
}

// readSettings reads at most one byte more of a configuration or a mapping than it may have, so that an endless file ends.
func readSettings(what, path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.New(what + ": " + err.Error())
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxConfigBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return body, nil
}

// wasGiven tells whether the file or the environment set a key.
func (c *config) wasGiven(key string) bool { return c.given[key] }
