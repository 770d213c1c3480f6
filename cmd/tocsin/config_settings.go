package main

import (
	"slices"
	"strings"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/routing"
	"tocsin/alerts/slack"
	"tocsin/consumer/contract"
	"tocsin/consumer/kafka"
	"tocsin/detectors"
)

// setting is one key of the configuration: its name, meaning and bounds, bound to the field that it fills.
type setting struct {
	key   string // dotted
	doc   string
	of    detectors.Detector // whose doc says what the key means, where doc is empty
	value value
	// verdict: the setting changes what is raised or told of a task, so it is part of the configuration's version.
	verdict bool
}

// meaning is what people read of the key. A detector's doc is cut out of its source, which is work for who prints it alone.
func (s *setting) meaning() string {
	if s.of != nil {
		return firstParagraph(detectors.Doc(s.of))
	}
	return s.doc
}

// defaultConfig is what holds without a file.
func defaultConfig() *config {
	return &config{
		Ledger: ledgerConfig{
			TimeZone: "UTC", Weekend: []string{"saturday", "sunday"}, Holidays: []string{}, MakeUpDays: []string{},
			CloseDelay: 30 * time.Second, MaxHold: 15 * time.Minute, MaxAhead: contract.DefaultAhead,
		},
		Kafka: kafkaConfig{
			Brokers: []string{"127.0.0.1:9092"}, Group: "tocsin", Session: 10 * time.Second, ClientID: "tocsin", Decoders: map[string]string{},
			Topics: topicConfig{
				Orders: "credit.orders.v1", Invoices: "credit.invoices.v1", Payments: "credit.payments.v1",
				Registry: "credit.registry.v1", Customers: "credit.customers.v1", FX: "credit.fx.v1",
				Alerts: "tocsin.alerts.v1", Tasks: "tocsin.tasks.v1", DeadLetters: "tocsin.dlq.v1", Canary: "tocsin.canary.v1",
			},
		},
		StoreURL:          "sqlite:tocsin.db",
		StoreCacheMiB:     512,
		HTTPListen:        "127.0.0.1:9464",
		Log:               logConfig{Level: "info", Format: "json"},
		Rules:             defaultRules(),
		DisputeShieldDays: 45,
		SeasonMute:        []muteConfig{},
		Portfolio:         portfolioConfig{ForecastSalesPerDay: "0"},
		SLA:               alerts.DefaultSLA(),
		Notify: notifyConfig{
			MaxAge: 24 * time.Hour, Settle: 15 * time.Second, Language: alerts.English.Tag(), Digest: usualDigest, Weekly: "monday", Monthly: 1, Quiet: noQuiet(), Routes: []routing.Route{}, Absences: []routing.Absence{},
			Managers: map[string]string{}, Refused: map[string]string{}, LateAtOnce: 20, Budget: 8, CoolDown: 7 * 24 * time.Hour, Flood: floodConfig{Cases: 20, Within: 10 * time.Minute},
		},
		Slack: slackConfig{Channel: "#credit-alerts", People: map[string]slack.Person{}},
		Types: map[string]string{}, Sources: map[string]string{},
		given: map[string]bool{},
	}
}

// settingsOf lists every key, bound to the fields of c, in the order in which they are printed.
func settingsOf(c *config) []setting {
	return slices.Concat(ledgerSettings(&c.Ledger), kafkaSettings(&c.Kafka), surfaceSettings(c), httpSettings(c), logSettings(&c.Log), canarySettings(c), ruleSettings(&c.Rules),
		judgementSettings(c), taskSettings(&c.SLA), messageSettings(c))
}

func ledgerSettings(l *ledgerConfig) []setting {
	return []setting{
		{key: "ledger.time_zone", verdict: true, value: text(&l.TimeZone, "a name of the IANA time zone database", checkZone),
			doc: "Turns instants into business dates."},
		{key: "ledger.weekend", verdict: true, value: texts{&l.Weekend, "monday to sunday, at most six", checkWeekday},
			doc: "Days of the week without business. A due date on one moves to the next business day."},
		{key: "ledger.holidays", verdict: true, value: texts{&l.Holidays, "dates as YYYY-MM-DD", checkDate},
			doc: "Further days without business."},
		{key: "ledger.make_up_days", verdict: true, value: texts{&l.MakeUpDays, "dates as YYYY-MM-DD", checkDate},
			doc: "Days of the weekend that are business days all the same, such as those on which China works for its holidays around New Year."},
		{key: "ledger.base_currency", verdict: true, value: text(&l.BaseCurrency, "an ISO 4217 code, or empty", checkCurrencyOrNone),
			doc: "Currency of customers whose profile names none. Empty: each customer's own."},
		{key: "ledger.close_delay", value: duration(&l.CloseDelay, 0, time.Hour),
			doc: "How long after the end of a day the brokers are asked whether all of it has been read."},
		{key: "ledger.max_hold", value: duration(&l.MaxHold, time.Minute, 24*time.Hour),
			doc: "How long a partition that cannot be read holds a day open before the day moves on without it. From then on signals that its " +
				"topic's news could clear do not rise, until a day has closed with all of it."},
		{key: "ledger.max_ahead", value: duration(&l.MaxAhead, time.Minute, 8760*time.Hour),
			doc: "How far an event's time may lie after the instant at which it was known. One further ahead is refused."},
	}
}

func kafkaSettings(k *kafkaConfig) []setting {
	return slices.Concat(clusterSettings(k), securitySettings(&k.Security), topicSettings(k))
}

func clusterSettings(k *kafkaConfig) []setting {
	return []setting{
		{key: "kafka.brokers", value: texts{&k.Brokers, "host:port, or an empty list", checkAddress},
			doc: "Where to find the cluster. Empty: no Kafka; the demo starts a broker of its own."},
		{key: "kafka.group", value: text(&k.Group, "1 to 249 characters", checkGroup),
			doc: "Consumer group under which offsets are mirrored for lag tools."},
		{key: "kafka.instance", value: text(&k.Instance, "1 to 249 letters, digits, dots, underscores and hyphens, or empty", checkInstance),
			doc: "A name of this process in the group that its restarts keep and no other process has, such as that of a StatefulSet's pod: " +
				"then a restart within kafka.session, after a kill too, moves no partition. It does not leave the group when it stops, so its " +
				"partitions wait for it that long. Of two processes with one name the older ends. Empty: each start joins as a new member, " +
				"and a stop hands its partitions on at once."},
		{key: "kafka.session", value: duration(&k.Session, time.Second, 30*time.Minute),
			doc: "How long the group waits for a process that is silent before others get its partitions: after a kill they stand still that " +
				"long. Brokers allow 6s to 30m unless they are told otherwise."},
		{key: "kafka.client_id", value: text(&k.ClientID, "1 to 200 letters, digits, dots, underscores and hyphens", checkClientID),
			doc: "How the brokers' logs and quotas name us. What publishes adds -publisher to it, and what imports -import."},
	}
}

// securitySettings are how the brokers and we know each other.
func securitySettings(s *kafka.SecurityConfig) []setting {
	t, a := &s.TLS, &s.SASL
	file := func(key string, p *string, doc string) setting {
		return setting{key: key, value: text(p, "a file's path, or empty", nil), doc: doc}
	}
	return []setting{
		{key: "kafka.tls.enabled", value: boolean(&t.Enabled),
			doc: "Encrypt, with TLS 1.2 or newer. All files below are read again for each connection, so what is renewed needs no restart."},
		file("kafka.tls.ca_file", &t.CAFile, "PEM certificates of those who sign the brokers' certificates. Empty: whom this machine trusts."),
		file("kafka.tls.cert_file", &t.CertFile, "PEM certificate that we show to the brokers, with those between it and one that they trust. Empty: none."),
		file("kafka.tls.key_file", &t.KeyFile, "PEM key of that certificate, not encrypted."),
		{key: "kafka.tls.server_name", value: text(&t.ServerName, "a host's name, or empty", checkServerName),
			doc: "Name that stands in the brokers' certificates. Empty: each broker's host."},
		{key: "kafka.sasl.mechanism", value: text(&a.Mechanism, strings.Join(kafka.Mechanisms(), ", ")+", or empty", checkMechanism),
			doc: "How we say who we are. Empty: not at all, or by the certificate."},
		{key: "kafka.sasl.user", value: text(&a.User, "at most 255 characters", checkUser),
			doc: "Who we are, but for OAUTHBEARER."},
		file("kafka.sasl.password_file", &a.PasswordFile, "File whose only line is the user's password."),
		file("kafka.sasl.token_file", &a.TokenFile, "File whose only line is the token of OAUTHBEARER. Something else, such as a sidecar, renews it before it expires."),
	}
}

func topicSettings(k *kafkaConfig) []setting {
	topic := func(name string, p *string, doc string) setting {
		return setting{key: "kafka.topics." + name, value: text(p, "a Kafka topic name", checkTopic), doc: doc}
	}
	return []setting{
		topic("orders", &k.Topics.Orders, "Orders placed, changed and cancelled."),
		topic("invoices", &k.Topics.Invoices, "Invoices, credit notes, write-offs and disputes."),
		topic("payments", &k.Topics.Payments, "Payments, returns, promises and contacts."),
		topic("registry", &k.Topics.Registry, "News from public registers."),
		topic("customers", &k.Topics.Customers, "Profiles, limits and covers."),
		topic("fx", &k.Topics.FX, "Exchange rates."),
		topic("alerts", &k.Topics.Alerts, "Written: one record per change of an alert."),
		topic("tasks", &k.Topics.Tasks, "Written: one record per change of a review task."),
		topic("dead_letters", &k.Topics.DeadLetters, "Written: refused records, unchanged, with the reason."),
		topic("canary", &k.Topics.Canary, "Written and read while canary.every is not 0s: events about nobody, by which Tocsin watches itself."),
		{key: "kafka.decoders", value: table{&k.Decoders, "topic: companies_house", checkTopic,
			func(p *string) value { return oneOf(p, "companies_house") }},
			doc: "Topics that carry a registry's own format instead of the contract's."},
	}
}

func surfaceSettings(c *config) []setting {
	return []setting{
		{key: "store.url", value: text(&c.StoreURL, "sqlite:FILE or postgres://…", checkStoreURL),
			doc: "Where Tocsin keeps what it knows: a file, or a schema in PostgreSQL 15 or newer, as in " +
				"postgres://tocsin@db/credit?search_path=tocsin. Its password best stands in a file, a line " +
				"host:port:database:user:password, that the variable PGPASSFILE names; in the URL it is percent-encoded."},
		{key: "store.cache_mib", value: integer(&c.StoreCacheMiB, 1, 1<<20),
			doc: "Mebibytes of customers' records that a run keeps in memory, so that not every step loads its customer. Half as much " +
				"takes what of a backlog waits to be applied. The process takes about four times as much, with GOGC=100 in its " +
				"environment three times, at the price of more time for collecting garbage; GOMEMLIMIT bounds it. The default is for 2 GiB."},
	}
}

func canarySettings(c *config) []setting {
	return []setting{
		{key: "canary.every", value: duration(&c.CanaryEvery, 0, time.Hour),
			doc: "How often Tocsin publishes an event about nobody to kafka.topics.canary, reads it, commits it and settles its message, and shows in its metrics when one " +
				"last came through and how long it took. It needs that topic, and the right to write and to read it. 0s: never, and the topic need not exist."},
	}
}

func judgementSettings(c *config) []setting {
	p := &c.Portfolio
	return []setting{
		{key: "dispute_shield_days", verdict: true, value: integer(&c.DisputeShieldDays, 0, 365),
			doc: "How long a dispute keeps its amount out of overdue tests."},
		{key: "season_mute", verdict: true, value: mutes{&c.SeasonMute},
			doc: "Seasons in which a warning of order_pattern_break is only information."},
		{key: "portfolio.target_dso_days", verdict: true, value: integer(&p.TargetDSODays, 0, 365),
			doc: "Target days of sales outstanding of the ledger as a whole. 0: off."},
		{key: "portfolio.forecast_sales_per_day", verdict: true, value: quoted{number(&p.ForecastSalesPerDay, "0", "999999999999999")},
			doc: "Expected credit sales a day, in units of the base currency. 0: off."},
	}
}

func messageSettings(c *config) []setting {
	n, s := &c.Notify, &c.Slack
	return slices.Concat(notifySettings(n), routeSettings(n, &c.Rules.signNames), []setting{
		{key: "slack.token_file", value: text(&s.TokenFile, "a file's path, or empty", nil),
			doc: "File with the bot token. Empty: no messages to Slack."},
		{key: "slack.api_url", value: text(&s.APIURL, "an http or https URL that ends in /, or empty", checkAPIURL),
			doc: "Another Slack API root, for tests."},
		{key: "slack.channel", value: text(&s.Channel, "1 to 80 characters", checkChannel),
			doc: "Channel that gets the messages, but for cases that notify.routes sends elsewhere."},
		{key: "slack.app_token_file", value: text(&s.AppTokenFile, "a file's path, or empty", nil),
			doc: "File with the app-level token (xapp-, scope connections:write) with which what people do in Slack is taken, over a connection that we " +
				"open. Empty, as slack.signing_secret_file: messages have no buttons."},
		{key: "slack.signing_secret_file", value: text(&s.SecretFile, "a file's path, or empty", nil),
			doc: "Instead of slack.app_token_file: file with the secret by which requests are known as Slack's, which come to " + slack.Path +
				" on http.listen. Its administrator gives Slack the address by which that is reached from outside."},
		{key: "slack.people", value: people{&s.People},
			doc: "Who may act in Slack: the name by which tasks and the audit know them, and what they may do; without may everything. Nobody else may."},
		{key: "sources", value: table{&c.Sources, "publisher's source: a name for it", checkSource,
			func(p *string) value {
				return text(p, "1 to 40 small letters, digits and hyphens, but not other", checkSourceName)
			}},
			doc: "Names of publishers' sources in metrics and tocsin sources, at most 20 of them. Events of all others are counted together as other; where no source is named, metrics have none."},
		{key: "types", value: table{&c.Types, "publisher's type: a type of the contract", checkTypeName,
			func(p *string) value { return text(p, "", checkContractType) }},
			doc: "Translates a publisher's own event types."},
	})
}

func notifySettings(n *notifyConfig) []setting {
	return slices.Concat([]setting{
		{key: "notify.max_age", value: duration(&n.MaxAge, 0, 720*time.Hour),
			doc: "Alerts older than this are recorded; when everything has been read, one summary tells of them."},
		{key: "notify.settle", value: duration(&n.Settle, 0, time.Hour),
			doc: "How long a message waits; one whose case is back where it was by then is not sent."},
		{key: "notify.hold", value: boolean(&n.Hold),
			doc: "Withhold all messages, for example while publishers load their histories. The first start without it ends with one summary."},
		{key: "notify.language", value: oneOf(&n.Language, alerts.Languages()...),
			doc: "Language of messages, with its forms of numbers and dates: English, or Simplified Chinese. What analysts wrote of their own signs stays as it is."},
		{key: "notify.digest.daily", value: timeOfDay(&n.Digest),
			doc: "When slack.channel is told of the last business day, on business days of the ledger that are no quiet ones, by the clocks of notify.quiet.time_zone: " +
				"what became of customers, what is due, which sources are silent; in one line, where there is nothing. It is posted on that day or never. 24:00, or with notify.hold: never."},
		{key: "notify.digest.weekly", value: text(&n.Weekly, "monday to sunday, or empty", checkWeekdayOrNone),
			doc: "The day of the week on which slack.channel is told of the last seven days as well, at the time of the daily digest, or at 08:30 where there is " +
				"none: open cases, the worst first, new signals of mere information, decisions, open tasks by owner and age, how good what publishers sent was. Where that day is off, on the next one. " +
				"Empty, or with notify.hold: never."},
		{key: "notify.digest.monthly", value: integer(&n.Monthly, 0, 15),
			doc: "The working day of the month, counted from 1, on which slack.channel is told how the whole portfolio stood at the end of the last month, at the " +
				"time of the daily digest, or at 08:30 where there is none: receivables by age, overdue ratio, days sales outstanding, the largest exposures, " +
				"segments, each against the month before, and what became of cases. If nothing ran that day, on one of the two after it. 0, or with notify.hold: never."},
	}, quietSettings(&n.Quiet), stormSettings(n), lateSettings(n))
}
