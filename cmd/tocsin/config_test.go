package main

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

// refusals loads a text that must be refused and returns its faults, one a line.
func refusals(t *testing.T, body string, environ ...string) []string {
	t.Helper()
	c, _, err := parseConfig("tocsin.yaml", []byte(body), environ)
	var fs faults
	if !errors.As(err, &fs) {
		t.Fatalf("got configuration %v and error %v, want faults", c, err)
	}
	return strings.Split(fs.Error(), "\n")
}

func accepted(t *testing.T, body string, environ ...string) *config {
	t.Helper()
	c, warnings, err := parseConfig("tocsin.yaml", []byte(body), environ)
	if err != nil {
		t.Fatalf("got error %v, want none", err)
	}
	if len(warnings) > 0 {
		t.Errorf("got warnings %q, want none", warnings)
	}
	return c
}

func TestEveryFaultIsToldAtOnceWithItsPlace(t *testing.T) {
	got := refusals(t, `ledger:
  time_zone: Mars/Olympus
  weekend: [saturday, sunnday]
  close_delay: soon
store: {ulr: "sqlite:a.db"}
notify:
  hold: maybe
  hold: true
detectos: {}
http: [1]
slack: {channel: 5}
dispute_shield_days: 366
season_mute:
  - {from: 2026-03-05, to: 2026-02-10}
  - {from: 2026-02-30}
`)
	want := []string{
		`tocsin.yaml:2:14: ledger.time_zone: "Mars/Olympus" is no time zone such as UTC or Asia/Shanghai`,
		`tocsin.yaml:3:23: ledger.weekend[1]: "sunnday" is not one of monday, tuesday, wednesday, thursday, friday, saturday, sunday; did you mean "sunday"?`,
		`tocsin.yaml:4:16: ledger.close_delay: "soon" is not a duration such as 30s, 15m or 24h`,
		`tocsin.yaml:5:9: store: unknown key "ulr"; did you mean "url"?`,
		`tocsin.yaml:7:9: notify.hold: "maybe" is not true or false`,
		`tocsin.yaml:8:3: notify: key "hold" stands twice, first in line 7`,
		`tocsin.yaml:9:1: unknown key "detectos"; did you mean "detectors"?`,
		`tocsin.yaml:10:7: http: is a list, not a block of keys`,
		`tocsin.yaml:11:18: slack.channel: 5 is not text; quote it`,
		`tocsin.yaml:12:22: dispute_shield_days: 366 is not between 0 and 365`,
		`tocsin.yaml:14:5: season_mute[0]: ends on 2026-02-10, before it begins on 2026-03-05`,
		`tocsin.yaml:15:12: season_mute[1].from: "2026-02-30" is not a date between 1970-01-01 and 2199-12-31`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestAValueIsRefusedWithWhatWouldBeRight(t *testing.T) {
	tests := []struct{ body, want string }{
		{"materiality: {ratio: 1.01}", `materiality.ratio: 1.01 is not between 0 and 1`},
		{"materiality: {amount: -5}", `materiality.amount: -5 is not between 0 and 100000000000`},
		{"materiality: {amount: 1e3}", `materiality.amount: "1e3" is not a whole number`},
		{"materiality: {amount_by_currency: {EURO: 5}}", `materiality.amount_by_currency: "EURO" is no currency of ISO 4217`},
		{"dispute_shield_days: 4.5", `dispute_shield_days: 4.5 is not a whole number`},
		{"dispute_shield_days: ten", `dispute_shield_days: "ten" is not a whole number`},
		{"dispute_shield_days: 99999999999999999999", `dispute_shield_days: 99999999999999999999 is not between 0 and 365`},
		{"dispute_shield_days:", `dispute_shield_days: empty is not a whole number`},
		{"kafka: {brokers: kafka-1:9092}", `kafka.brokers: is "kafka-1:9092", not a list`},
		{"kafka: {brokers: [kafka-1]}", `kafka.brokers[0]: "kafka-1" is not host:port`},
		{"kafka: {brokers: [a:1, a:1]}", `kafka.brokers[1]: "a:1" stands twice`},
		{"kafka: {topics: {orders: 'a b'}}", `kafka.topics.orders: "a b" is no topic name: 1 to 249 letters, digits, dots, underscores and hyphens`},
		{"kafka: {topics: {orders: tocsin.dlq.v1}}", `kafka.topics.orders: "tocsin.dlq.v1" is both read and written`},
		{"kafka: {decoders: {ch: company_house}}", `kafka.decoders.ch: "company_house" is not one of companies_house; did you mean "companies_house"?`},
		{"kafka: {group: ''}", `kafka.group: must not be empty`},
		{"ledger: {max_hold: 48h}", `ledger.max_hold: 48h is not between 1m and 24h`},
		{"ledger: {base_currency: XXX}", `ledger.base_currency: "XXX" is no currency of ISO 4217`},
		{"ledger: {time_zone: Local}", `ledger.time_zone: "Local" is no time zone such as UTC or Asia/Shanghai`},
		{"ledger: {weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]}", `ledger.weekend: leaves no day of the week for business`},
		{"tasks: {work_to: 24:01}", `tasks.work_to: "24:01" is not a time of day from 00:00 to 24:00`},
		{"tasks: {work_from: 9}", `tasks.work_from: "9" is not a time of day from 00:00 to 24:00`},
		{"tasks: {work_to: 08:30}", `tasks.work_to: work ends at 08:30, and begins at 09:00`},
		{"tasks: {work_from: \"18:00\"}", `tasks.work_from: work ends at 17:00, and begins at 18:00`},
		{"tasks: {decide: {warning: 0bd}}", `tasks.decide.warning: "0bd" is not 1bd to 60bd`},
		{"tasks: {decide: {warning: 2 days}}", `tasks.decide.warning: "2 days" is not working time such as 4h or 3bd`},
		{"tasks: {decide: {class_a: 30s}}", `tasks.decide.class_a: 30s is not between 1m and 240h`},
		{"ledger: {make_up_days: [2026-02-13]}", `ledger.make_up_days: 2026-02-13 makes up for no holiday: it is a Friday, which is no weekend`},
		{"notify: {quiet: {from: '08:00', until: '18:00'}}", `notify.quiet.from: quiet hours go from the evening until the morning, and not from 08:00 until 18:00`},
		{"notify: {routes: [{severity: critical}]}", `notify.routes[0]: leads nowhere: channels is missing`},
		{"notify: {routes: [{severity: info, channels: ['#a']}]}", `notify.routes[0].severity: "info" is not one of warning, critical`},
		{"notify: {routes: [{signal: overdu, channels: ['#a']}]}", `notify.routes[0].signal[0]: "overdu" is not one of ` +
			`adverse_registry, broken_promise, composite, contact_lost, dispute_stall, limit_breach, limit_missing, limit_review_due, limit_temporary_expiry, ` +
			`order_pattern_break, overdue, overdue_ratio, partial_payment, payer_change, payment_returned, payment_slowdown, terms_request, turnover_swing; ` +
			`did you mean "overdue"?`},
		{"notify: {routes: [{at_risk: 100000, channels: ['#a']}]}", `notify.routes[0].at_risk: 100000 is not an amount with its currency, such as 100000 EUR; quote it`},
		{"notify: {routes: [{at_risk: 1.001 EUR, channels: ['#a']}]}", `notify.routes[0].at_risk: "1.001 EUR" is not an amount with its currency, such as 100000 EUR`},
		{"notify: {routes: [{channel: '#a'}]}", `notify.routes[0]: unknown key "channel"; did you mean "channels"?`},
		{"notify: {absences: [{who: ana, from: 2026-12-01, until: 2026-12-02}]}", `notify.absences[0]: needs who, from, until and deputy`},
		{"notify: {absences: [{who: ana, deputy: bo, from: 2026-12-03, until: 2026-12-02}]}", `notify.absences[0]: ends on 2026-12-02, before it begins on 2026-12-03`},
		{"notify: {absences: [{who: ana, deputy: ana, from: 2026-12-01, until: 2026-12-02}]}", `notify.absences[0]: "ana" cannot stand in for himself`},
		{"notify: {digest: {weekly: mon}}", `notify.digest.weekly: "mon" is not one of monday, tuesday, wednesday, thursday, friday, saturday, sunday`},
		{"notify: {quiet: {time_zone: Local}}", `notify.quiet.time_zone: "Local" is no time zone such as UTC or Asia/Shanghai`},
		{"notify: {quiet: {weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]}}", `notify.quiet.weekend: leaves no day of the week on which people are told of anything`},
		{"ledger: {holidays: [2026-02-14], make_up_days: [2026-02-28, 2026-02-14]}", `ledger.make_up_days: 2026-02-14 is a holiday and makes up for one`},
		{"store: {url: mysql://x:secret@y}", `store.url: is neither sqlite:FILE nor postgres://…`},
		{"store: {cache_mib: 0}", `store.cache_mib: 0 is not between 1 and 1048576`},
		{"store: {cache_mib: 512MiB}", `store.cache_mib: "512MiB" is not a whole number`},
		{"store: {cache_mb: 512}", `store: unknown key "cache_mb"; did you mean "cache_mib"?`},
		{"notify: {language: fr}", `notify.language: "fr" is not one of en, zh`},
		{"slack: {api_url: http://x/api}", `slack.api_url: "http://x/api" is not an http or https URL that ends in /`},
		{"slack: {people: {ana: {name: ana}}}", `slack.people: "ana" is no member id of Slack: U or W, then capital letters and digits; who shows his profile in Slack can copy it`},
		{"slack: {people: {U1: {}}}", `slack.people.U1: has no name: name is missing`},
		{"slack: {people: {U1: {name: ' ana'}}}", `slack.people.U1.name: " ana" is not 1 to 80 characters without blanks around`},
		{"slack: {people: {U1: {name: ana, may: [retire]}}}", `slack.people.U1.may[0]: "retire" is not one of acknowledge, review, decide, close, snooze, wake, reassign, feedback, contact, promise, note, ask_limit, limit, systemic_release`},
		{"slack: {signing_secret_file: secret}", `slack.signing_secret_file: needs slack.token_file: without it there are no messages, and so no buttons`},
		{"slack: {token_file: token, app_token_file: app, signing_secret_file: secret}", `slack.signing_secret_file: slack.app_token_file is set: what people do comes over a connection that we open, or to /slack/acts, not both`},
		{"http: {listen: \"\"}\nslack: {token_file: token, signing_secret_file: secret}", `slack.signing_secret_file: needs http.listen: there Slack's requests come in`},
		{"slack: {app_token_file: app}", `slack.app_token_file: needs slack.token_file: without it there are no messages, and so no buttons`},
		{"types: {Invoice: invoice}", `types.Invoice: "invoice" is no type of the contract such as tocsin.invoice.issued.v1`},
		{"portfolio: {forecast_sales_per_day: '-1'}", `portfolio.forecast_sales_per_day: -1 is not a decimal number of at most 15 digits before and 9 after the point`},
		{"[a]", `is a list, not a block of keys`},
		{"{[a]: 1}", `a key is a list, not a word`},
		{"a: [1", `did not find expected ',' or ']'`},
		{"a: 1\n---\nb: 2", `expected single document, found multiple`},
		{"ledger: {weekend: [\xff]}", `is not UTF-8 here`},
		{"x: &x [*x]", `anchor 'x' value contains itself`},
		{"ledger: {weekend: [" + strings.Repeat("x,", 1001) + "]}", `ledger.weekend: has 1001 entries, more than 1000`},
		{strings.Repeat("#", maxConfigBytes+1), `is larger than 1024 KiB`},
	}
	for _, tt := range tests {
		got := refusals(t, tt.body)
		if len(got) != 1 {
			t.Errorf("%.60q: got faults %q, want one", tt.body, got)
		}
		_, text, _ := strings.Cut(got[0], ": ")
		if text != tt.want {
			t.Errorf("%.60q: got %q, want %q", tt.body, text, tt.want)
		}
	}
}

func TestAliasesThatMultiplyAreRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("a: &a [x,x,x,x,x,x,x,x,x]\n")
	for _, step := range []string{"ab", "bc", "cd", "de", "ef", "fg", "gh", "hi"} {
		b.WriteString(step[1:] + ": &" + step[1:] + " [" + strings.TrimSuffix(strings.Repeat("*"+step[:1]+",", 9), ",") + "]\n")
	}
	got := refusals(t, b.String())
	if len(got) != 1 || !strings.HasSuffix(got[0], "excessive aliasing") {
		t.Errorf("got %q, want one fault about excessive aliasing", got)
	}
}

func TestAnAliasStandsForItsAnchor(t *testing.T) {
	c := accepted(t, "slack: {channel: &c '#one'}\nkafka: {group: *c}\n")
	if c.Kafka.Group != "#one" {
		t.Errorf("got group %q, want %q", c.Kafka.Group, "#one")
	}
}

func TestTextWithoutKeysGivesTheDefaults(t *testing.T) {
	want := defaultConfig().version()
	for _, body := range []string{"", "\n\n", "# nothing\n", "---\n", "ledger:\nkafka: {topics: }\n", "\ufeff# mark\n"} {
		if got := accepted(t, body).version(); got != want {
			t.Errorf("%q: got version %s, want the defaults' %s", body, got, want)
		}
	}
}

func TestTheEnvironmentWins(t *testing.T) {
	c := accepted(t, "store: {url: 'sqlite:file.db'}\nkafka: {brokers: [a:1]}\nnotify: {hold: true, settle: 1m}\n",
		"TOCSIN_STORE_URL=sqlite:env.db",
		"TOCSIN_SLACK_TOKEN_FILE=/run/secrets/slack",
		"TOCSIN_KAFKA_BROKERS=kafka-1:9092, kafka-2:9092",
		"TOCSIN_LEDGER_TIME_ZONE=Asia/Shanghai",
		"TOCSIN_LEDGER_WEEKEND=",
		"TOCSIN_NOTIFY_HOLD=false",
		"TOCSIN_MATERIALITY_AMOUNT_BY_CURRENCY={JPY: 80000}",
		"TOCSIN_SEASON_MUTE=[{from: 2026-02-10, to: 2026-03-05}]",
		"HOME=/root",
	)
	for _, tt := range []struct {
		name      string
		got, want any
	}{
		{"store.url", c.StoreURL, "sqlite:env.db"},
		{"slack.token_file", c.Slack.TokenFile, "/run/secrets/slack"},
		{"kafka.brokers", c.Kafka.Brokers, []string{"kafka-1:9092", "kafka-2:9092"}},
		{"ledger.time_zone", c.Ledger.TimeZone, "Asia/Shanghai"},
		{"ledger.weekend", c.Ledger.Weekend, []string{}},
		{"notify.hold", c.Notify.Hold, false},
		{"notify.settle", c.Notify.Settle, time.Minute},
		{"amount_by_currency", c.Rules.AmountByCurrency, map[string]string{"JPY": "80000"}},
		{"season_mute", c.SeasonMute, []muteConfig{{"2026-02-10", "2026-03-05"}}},
		{"given", c.wasGiven("ledger.weekend"), true},
		{"not given", c.wasGiven("http.listen"), false},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestAFaultOfTheEnvironmentNamesTheVariable(t *testing.T) {
	got := refusals(t, "notify: {hold: 3}\n",
		"TOCSIN_LEDGER_TIME_ZONE=Mars", "TOCSIN_DISPUTE_SHIELD_DAYS=400", "TOCSIN_KAFKA_BROKERS=a:1,b",
		"TOCSIN_SEASON_MUTE=[{from: 2026-02-10}]", "TOCSIN_KAFKA_TOPICS_ALERTS=credit.fx.v1", "TOCSIN_TYPES=[")
	want := []string{
		`tocsin.yaml:1:16: notify.hold: 3 is not true or false`,
		`TOCSIN_DISPUTE_SHIELD_DAYS: dispute_shield_days: 400 is not between 0 and 365`,
		`TOCSIN_KAFKA_BROKERS: kafka.brokers[1]: "b" is not host:port`,
		`TOCSIN_LEDGER_TIME_ZONE: ledger.time_zone: "Mars" is no time zone such as UTC or Asia/Shanghai`,
		`TOCSIN_SEASON_MUTE: season_mute[0]: needs both from and to`,
		`TOCSIN_TYPES: did not find expected node content`,
		`TOCSIN_KAFKA_TOPICS_ALERTS: kafka.topics.alerts: "credit.fx.v1" is both read and written`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestAnUnknownVariableIsAWarning(t *testing.T) {
	_, warnings, err := parseConfig("", nil, []string{"TOCSIN_STORE_ULR=x", "TOCSIN_PORT_9464_TCP=y"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"TOCSIN_PORT_9464_TCP: no setting has this name",
		`TOCSIN_STORE_ULR: no setting has this name; did you mean "TOCSIN_STORE_URL"?`,
	}
	if diff := cmp.Diff(want, warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestThePrintedDefaultsLoadAndChangeNothing(t *testing.T) {
	var b bytes.Buffer
	if err := printDefaults(&b); err != nil {
		t.Fatal(err)
	}
	c := accepted(t, b.String())
	for i, s := range settingsOf(c) {
		if want := settingsOf(defaultConfig())[i].value.show(); s.value.show() != want {
			t.Errorf("%s: got %s, want %s", s.key, s.value.show(), want)
		}
		if !c.wasGiven(s.key) {
			t.Errorf("%s is not printed", s.key)
		}
		if meaning := s.meaning(); meaning == "" || !strings.HasSuffix(meaning, ".") {
			t.Errorf("%s: got meaning %q, want a sentence", s.key, meaning)
		}
	}
}

func TestTheVersionFollowsWhatChangesVerdicts(t *testing.T) {
	base := defaultConfig().version()
	same := []string{
		"materiality: {amount: 500, ratio: 0.010}", "notify: {hold: true}", "notify: {language: zh}", "notify: {quiet: {from: '18:00', until: '08:00'}}", "store: {url: 'sqlite:other.db'}", "kafka: {group: other}",
		"ledger: {close_delay: 1m}", "detectors: {overdue: {mode: live, warning_days: 30}}",
	}
	for _, body := range same {
		if got := accepted(t, body).version(); got != base {
			t.Errorf("%s: got another version, want the defaults'", body)
		}
	}
	seen := []string{base}
	for _, body := range []string{
		"materiality: {amount: 501}", "ledger: {weekend: []}", "ledger: {base_currency: EUR}", "dispute_shield_days: 44",
		"materiality: {amount_by_currency: {JPY: 80000}}", "ledger: {time_zone: Asia/Shanghai}",
		"detectors: {overdue: {mode: shadow}}", "detectors: {overdue: {warning_days: 29}}",
		"segments: [{when: 'country == \"GB\"'}]", "segments: [{when: 'country == \"GB\"', detectors: {overdue: {mode: off}}}]",
	} {
		got := accepted(t, body).version()
		if slices.Contains(seen, got) {
			t.Errorf("%s: got a version seen before, want a new one", body)
		}
		seen = append(seen, got)
	}
}

func TestACanonicalConfigurationLoadsAsItself(t *testing.T) {
	c := accepted(t, "materiality: {amount: 750, amount_by_currency: {USD: 800, JPY: 80000}}\nledger: {holidays: [2026-12-25]}\n"+
		"season_mute: [{from: 2026-02-10, to: 2026-03-05}]\ndetectors: {limit_breach: {near_ratio: 0.79}, overdue: {mode: shadow}}\n"+
		"segments: [{when: 'country == \"GB\"', detectors: {overdue: {warning_days: 45, mode: live}, overdue_ratio: {mode: off}}}]\n")
	again := accepted(t, string(c.canonical()))
	if diff := cmp.Diff(string(c.canonical()), string(again.canonical())); diff != "" {
		t.Errorf("canonical text (-first +again):\n%s", diff)
	}
}

func TestTheLedgerFollowsTheConfiguration(t *testing.T) {
	c := accepted(t, "ledger: {time_zone: Asia/Shanghai, weekend: [friday], holidays: [2026-10-01], make_up_days: [2026-10-09], base_currency: CNY}\ndispute_shield_days: 30")
	l, err := c.ledger()
	if err != nil {
		t.Fatal(err)
	}
	if got := l.Zone.String(); got != "Asia/Shanghai" {
		t.Errorf("got zone %s, want Asia/Shanghai", got)
	}
	if got := l.Base.String(); got != "CNY" {
		t.Errorf("got base %s, want CNY", got)
	}
	if l.DisputeShield != 30 {
		t.Errorf("got disputes shielded for %d days, want 30", l.DisputeShield)
	}
	for day, want := range map[string]bool{"2026-10-01": false, "2026-10-02": false, "2026-10-03": true, "2026-10-09": true} {
		if got := l.Calendar.IsBusiness(date(t, day)); got != want {
			t.Errorf("%s: got business day %v, want %v", day, got, want)
		}
	}
}

// FuzzConfig holds that no text or variable makes the loader panic, and that what it takes has a canonical form that it
// takes again.
func FuzzConfig(f *testing.F) {
	var b bytes.Buffer
	if err := printDefaults(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes(), "TOCSIN_KAFKA_BROKERS=a:1,b:2")
	f.Add(defaultConfig().canonical(), "TOCSIN_SEASON_MUTE=[{from: 2026-02-10, to: 2026-03-05}]")
	f.Add([]byte("a: &a [*a]\nledger: *a\n"), "TOCSIN_")
	f.Add([]byte("ledger: {<<: {time_zone: UTC}}\n? [x]\n: 1\n"), "TOCSIN_TYPES={a: b")
	f.Add([]byte("detectors: {overdue: {mode: off, warning_days: 0x1F}}\nsegments: [{when: 'a', detectors: }]"), "TOCSIN_SEGMENTS=[]")
	f.Fuzz(func(t *testing.T, body []byte, env string) {
		c, _, err := parseConfig("f.yaml", body, []string{env})
		if err != nil {
			return
		}
		again, _, err := parseConfig("f.yaml", c.canonical(), nil)
		if err != nil {
			t.Fatalf("canonical form of %q is refused: %v", body, err)
		}
		if got, want := again.version(), c.version(); got != want {
			t.Fatalf("canonical form of %q: got version %s, want %s", body, got, want)
		}
	})
}

// What a topic may clear goes by its name, and several may have one.
func TestEveryTopicThatIsReadClearsSomething(t *testing.T) {
	for _, body := range []string{"{}", "kafka: {topics: {orders: sales, invoices: sales}}"} {
		topics := accepted(t, body).Kafka.Topics
		clears := topics.clears()
		for _, name := range topics.inputs() {
			if clears[name] == 0 {
				t.Errorf("%s: %s clears nothing", body, name)
			}
		}
		if got := clears["sales"]; body != "{}" && got != state.InputOrders|state.InputReceivables|state.InputConduct {
			t.Errorf("sales clears %b, want what orders and invoices do", got)
		}
	}
}
