package grafana

// Boards are all dashboards, the first of them the one to begin with.
func Boards() []Board { return []Board{overview(), pipeline(), portfolio(), sources(), runtime()} }

func lines(title, about, unit string, width int, queries ...Query) Panel {
	return Panel{Title: title, About: about, Kind: "timeseries", Unit: unit, Width: width, Queries: queries}
}

// orNone says what it means that a panel has nothing to show.
func orNone(what string, p Panel) Panel {
	p.None = what
	return p
}

func stat(title, about, unit string, warn, bad float64, expr string) Panel {
	return Panel{Title: title, About: about, Kind: "stat", Unit: unit, Width: 6, Warn: warn, Bad: bad, Low: warn > bad, Queries: []Query{{expr, ""}}}
}

// part is the health of one part: 0 is well.
func part(title, about, unit string, warn, bad float64, well, expr string) Panel {
	p := stat(title, about, unit, warn, bad, expr)
	p.Width, p.Words = 4, []string{well}
	return p
}

// states shows what is when: 0 is well.
func states(title, about string, warn, bad float64, words []string, query Query) Panel {
	return Panel{Title: title, About: about, Kind: "state-timeline", Unit: "short", Width: 24, Warn: warn, Bad: bad, Words: words, Queries: []Query{query}}
}

// answered leaves out instances that wait for their store: they ask nobody else meanwhile.
const answered = ` unless on (job, instance) tocsin_not_ready{SEL,reason="store"} == 1`

func overview() Board {
	alerts := states("Alerts", "That are active, of the rules that this Prometheus has; each has a runbook of its name.", 2, 3, []string{"", "info", "warning", "page"},
		Query{`max by (alertname, topic, instance) (ALERTS{JOB,alertstate="firing",severity="critical"} * 3 or ALERTS{JOB,alertstate="firing",severity="warning"} * 2 or ALERTS{JOB,alertstate="firing",severity="info"})`, "{{alertname}} {{topic}} {{instance}}"})
	alerts.None = "No alert is active"
	brokers := part("Brokers · silent for", "Time since they delivered or told the ends of partitions.", "s", 20, 45, "answer",
		`max((timestamp(tocsin_brokers_answered_timestamp_seconds{SEL}) - tocsin_brokers_answered_timestamp_seconds{SEL})`+answered+`)`)
	brokers.Well, brokers.None = 20, "not asked"
	waits := states("What instances wait for", "Where one of them takes no events.", 0.5, 1, []string{"no", "waits"}, Query{`max by (reason) (tocsin_not_ready{SEL})`, "{{reason}}"})
	waits.Width = 12
	return Board{"tocsin-overview", "Tocsin: overview", "Is it healthy, and which part is ill?", []Panel{
		part("Instances · down", "That Prometheus asks and that do not answer.", "short", 0.5, 1, "all answer", `sum(up{SEL} == bool 0)`),
		part("Database · not reached by", "Instances that wait for it.", "short", 0.5, 1, "answers", `sum(tocsin_not_ready{SEL,reason="store"})`),
		brokers,
		part("Slack · calls failing", "Calls of the last two minutes that have failed.", "percentunit", 0.1, 0.5, "takes all",
			`sum(increase(tocsin_outbox_calls_total{SEL,result=~"busy|failed|unknown|refused"}[2m])) / (sum(increase(tocsin_outbox_calls_total{SEL}[2m])) > 0) or 0 * sum(tocsin_ready{SEL})`),
		part("Publishers · stopped", "Topics on which nothing comes any more.", "short", 0.5, 1, "all send",
			`count(ALERTS{JOB,alertstate="firing",alertname=~"TocsinPublisherStopped|TocsinPublisherSilent"}) or 0 * sum(tocsin_ready{SEL})`),
		part("Day · over for", "Time for which the open day has been over.", "s", 60, 300, "on time", `clamp_min(time() - max(tocsin_open_day_end_timestamp_seconds{SEL}), 0)`),
		alerts,
		stat("Told within 60 s", "Objective: 99 % of alerts at warning or above reach people within 60 s.", "percentunit", 0.995, 0.99,
			`sum(increase(tocsin_event_to_message_seconds_bucket{SEL,le=~"60([.]0)?"}[30d])) / sum(increase(tocsin_event_to_message_seconds_count{SEL}[30d]))`),
		stat("Records accepted", "Objective: 99.9 % of them.", "percentunit", 0.9995, 0.999,
			`1 - sum(increase(tocsin_events_total{SEL,result="refused"}[30d])) / sum(increase(tocsin_events_total{SEL,result!="ignored"}[30d]))`),
		stat("Days closed in time", "Objective: within five minutes of midnight.", "percentunit", 0.999, 0.99,
			`sum(increase(tocsin_day_close_delay_seconds_bucket{SEL,le=~"300([.]0)?"}[30d])) / sum(increase(tocsin_day_close_delay_seconds_count{SEL}[30d]))`),
		stat("Oldest message that waits", "For people, but for quiet hours. 0: none waits.", "s", 60, 300,
			`max((time() - tocsin_outbox_oldest_due_timestamp_seconds{SEL}) * (tocsin_outbox_oldest_due_timestamp_seconds{SEL} > bool 0)`+answered+`)`),
		lines("Records", "By topic.", "cps", 12, Query{`sum by (topic) (rate(tocsin_events_total{SEL}[W]))`, "{{topic}}"}),
		lines("Lag", "Records that wait at the brokers.", "short", 12, Query{`sum by (topic) (tocsin_lag_records{SEL})`, "{{topic}}"}),
		waits,
		lines("Slack calls", "By what became of them.", "cps", 12, Query{`sum by (result) (rate(tocsin_outbox_calls_total{SEL}[W]))`, "{{result}}"}),
	}}
}

func pipeline() Board {
	holds := states("What holds the day", "When it is over: records that may still come, dates that are not judged yet, by this instance or by others.", 1, 2, []string{"nothing", "holds it"},
		Query{`max by (by) (tocsin_open_day_holds{SEL})`, "{{by}}"})
	holds.Width = 8
	return Board{"tocsin-pipeline", "Tocsin: pipeline", "From the broker to the commit.", []Panel{
		lines("Event to alert", "Broker's stamp to commit: median and 99th percentile.", "s", 12,
			Query{`histogram_quantile(0.5, sum by (le) (rate(tocsin_event_to_alert_seconds_bucket{SEL}[W])))`, "median"},
			Query{`histogram_quantile(0.99, sum by (le) (rate(tocsin_event_to_alert_seconds_bucket{SEL}[W])))`, "99 %"}),
		lines("Event to message", "Broker's stamp to the answer of who brings it before people.", "s", 12,
			Query{`histogram_quantile(0.5, sum by (le) (rate(tocsin_event_to_message_seconds_bucket{SEL}[W])))`, "median"},
			Query{`histogram_quantile(0.99, sum by (le) (rate(tocsin_event_to_message_seconds_bucket{SEL}[W])))`, "99 %"}),
		lines("Time in steps", "Loading and stepping the customers of a batch, a second.", "percentunit", 8, Query{`sum by (instance) (rate(tocsin_step_seconds_sum{SEL}[W]))`, "{{instance}}"}),
		lines("Time in commits", "A second, by what became of them.", "percentunit", 8, Query{`sum by (result) (rate(tocsin_commit_seconds_sum{SEL}[W]))`, "{{result}}"}),
		lines("Batches", "Records of a batch, on average.", "short", 8,
			Query{`sum by (instance) (rate(tocsin_batch_records_sum{SEL}[W])) / sum by (instance) (rate(tocsin_batch_records_count{SEL}[W]))`, "{{instance}}"}),
		lines("Commits that were not made", "Somebody was first, by what was not as expected.", "cps", 8, Query{`sum by (key) (rate(tocsin_commit_conflicts_total{SEL}[W]))`, "{{key}}"}),
		holds,
		lines("Open day", "Its start; the days of a past go by quickly.", "dateTimeAsIso", 8, Query{`max(tocsin_open_day_timestamp_seconds{SEL}) * 1000`, "open day"}),
		lines("Alarms", "Time since none was left.", "s", 8, Query{`min(time() - tocsin_alarms_judged_timestamp_seconds{SEL})`, "alarms"}),
		lines("Cache", "Lookups by whether the record was in memory.", "cps", 8,
			Query{`sum by (result) (rate(tocsin_cache_lookups_total{SEL}[W]))`, "{{result}}"}, Query{`sum(rate(tocsin_cache_evictions_total{SEL}[W]))`, "evicted"}),
		lines("Positions", "Records committed a second, by topic.", "cps", 8, Query{`sum by (topic) (rate(tocsin_position{SEL}[W]))`, "{{topic}}"}),
		lines("Canary", "Tocsin's own events: from one to its commit and to its settled message, on average, and how often one is published. None where canary.every is 0s.", "s", 8,
			Query{`sum(rate(tocsin_canary_commit_seconds_sum{SEL}[5m])) / sum(rate(tocsin_canary_commit_seconds_count{SEL}[5m]))`, "to commit"},
			Query{`sum(rate(tocsin_canary_message_seconds_sum{SEL}[5m])) / sum(rate(tocsin_canary_message_seconds_count{SEL}[5m]))`, "to message"},
			Query{`max(tocsin_canary_interval_seconds{SEL})`, "every"}),
		lines("Canary's last", "Time since the youngest event that came through was published.", "s", 8,
			Query{`time() - max(tocsin_canary_committed_timestamp_seconds{SEL} > 0)`, "committed"}, Query{`time() - max(tocsin_canary_settled_timestamp_seconds{SEL} > 0)`, "message settled"}),
		lines("Canary's events", "Published, an hour.", "short", 8, Query{`sum by (result) (increase(tocsin_canary_published_total{SEL}[1h]))`, "{{result}}"}),
		lines("Waits for locks", "Sessions of PostgreSQL that wait for what others hold, on average, and waits that the server has ended. None with a store in a file.", "short", 12,
			Query{`sum by (lock) (rate(tocsin_store_lock_wait_seconds_total{SEL}[W]))`, "{{lock}}"},
			Query{`sum by (why) (increase(tocsin_store_lock_waits_given_up_total{SEL}[W]))`, "ended: {{why}}"}),
		lines("Leases", "Which instance sends messages, and which copies rows to topics.", "short", 12, Query{`max by (role, instance) (tocsin_lease_held{SEL})`, "{{role}} {{instance}}"}),
	}}
}

func portfolio() Board {
	return Board{"tocsin-portfolio", "Tocsin: alerts and portfolio", "What is told to people, and of whom.", []Panel{
		lines("Customers with alerts", "By the worst level that stands.", "short", 8, Query{`max by (level) (tocsin_customers{SEL,level!="none"})`, "{{level}}"}),
		lines("Grades below excellent", "Customers by the grade that they were given last.", "short", 8, Query{`max by (grade) (tocsin_customers_graded{SEL,grade!="excellent"})`, "{{grade}}"}),
		lines("Open alerts", "By signal.", "short", 8, Query{`sum by (signal) (max by (signal, level) (tocsin_alerts_open{SEL}))`, "{{signal}}"}),
		lines("Exposure", "By that level.", "short", 12, Query{`max by (level, currency) (tocsin_exposure_amount{SEL})`, "{{level}} {{currency}}"}),
		lines("Overdue", "By that level.", "short", 12, Query{`max by (level, currency) (tocsin_overdue_amount{SEL})`, "{{level}} {{currency}}"}),
		lines("Alerts", "That rise or get worse, by signal, an hour.", "short", 12, Query{`sum by (signal) (increase(tocsin_alerts_total{SEL,transition=~"raised|escalated"}[1h]))`, "{{signal}}"}),
		lines("Shadow", "What rule sets beside the live one find, an hour.", "short", 12, Query{`sum by (rule_set, signal) (increase(tocsin_findings_total{SEL}[1h]))`, "{{rule_set}} {{signal}}"}),
		lines("Evaluations", "Times that steps have asked detectors, a second, by rule set; tocsin_evaluations_total has each signal.", "cps", 6,
			Query{`sum by (rule_set) (rate(tocsin_evaluations_total{SEL}[W]))`, "{{rule_set}}"}),
		orNone("nobody has done anything", lines("What people do in Slack", "Presses, forms and commands by what became of them, an hour.", "short", 6, Query{`sum by (act, result) (increase(tocsin_slack_acts_total{SEL}[1h])) > 0`, "{{act}} {{result}}"})),
		lines("Tasks", "That are not closed.", "short", 6, Query{`max by (state) (tocsin_tasks{SEL})`, "{{state}}"}),
		lines("Tasks that are overdue", "By what of them is.", "short", 6, Query{`max by (to) (tocsin_tasks_overdue{SEL})`, "{{to}}"}),
		lines("Messages that wait", "Cases with one; held: withheld.", "short", 8,
			Query{`max(tocsin_outbox_owed_cases{SEL})`, "owed"}, Query{`max(tocsin_outbox_held_cases{SEL})`, "held"},
			Query{`max by (why) (tocsin_outbox_waiting_cases{SEL})`, "put off: {{why}}"}),
		lines("Messages that nobody needed", "An hour.", "short", 8, Query{`sum by (why) (increase(tocsin_outbox_settled_total{SEL}[1h]))`, "{{why}}"}),
		lines("Exchange rates", "Customers whose sums want one.", "short", 8, Query{`max by (rate) (tocsin_customers_rates{SEL})`, "{{rate}}"}),
	}}
}

func sources() Board {
	return Board{"tocsin-sources", "Tocsin: sources", "Who sends what, and how well.", []Panel{
		lines("Freshness", "Time since the youngest record became known.", "s", 12, Query{`min by (topic) (timestamp(tocsin_last_event_timestamp_seconds{SEL}) - tocsin_last_event_timestamp_seconds{SEL})`, "{{topic}}"}),
		lines("Records", "By topic.", "cps", 12, Query{`sum by (topic) (rate(tocsin_events_total{SEL}[W]))`, "{{topic}}"}),
		orNone("nothing is refused", lines("Refused", "By topic and code.", "cps", 12, Query{`sum by (topic, code) (rate(tocsin_events_refused_total{SEL}[W])) > 0`, "{{topic}} {{code}}"})),
		lines("Duplicate or stale", "By topic.", "cps", 12, Query{`sum by (topic, result) (rate(tocsin_events_total{SEL,result=~"duplicate|stale"}[W]))`, "{{topic}} {{result}}"}),
		lines("Not understood", "Members and values that the contract does not have, an hour.", "short", 8,
			Query{`sum by (type) (increase(tocsin_events_unknown_fields_total{SEL}[1h]))`, "{{type}} members"},
			Query{`sum by (type) (increase(tocsin_events_unknown_values_total{SEL}[1h]))`, "{{type}} values"}),
		lines("Keys", "Not the customer's, or partitioned unlike Java's client does, an hour.", "short", 8,
			Query{`sum by (topic) (increase(tocsin_key_mismatch_total{SEL}[1h]))`, "{{topic}} not the customer's"},
			Query{`sum by (topic) (increase(tocsin_key_partitioned_unlike_java_total{SEL}[1h]))`, "{{topic}} elsewhere"}),
		lines("Stamps", "Records that got the store's clock, an hour.", "short", 8, Query{`sum by (topic, stamp) (increase(tocsin_events_skewed_total{SEL}[1h]))`, "{{topic}} {{stamp}}"}),
		lines("Publishers", "Events by their source's name in sources and what became of them.", "cps", 12, Query{`sum by (source, result) (rate(tocsin_source_events_total{SEL}[W])) > 0`, "{{source}} {{result}}"}),
		orNone("nothing was refused", lines("Refused of publishers", "By source and code, an hour.", "short", 12,
			Query{`sum by (source, code) (increase(tocsin_source_refused_total{SEL}[1h])) > 0`, "{{source}} {{code}}"})),
		orNone("all was understood", lines("Not understood of publishers", "Members and values that the contract does not have, an hour.", "short", 12,
			Query{`sum by (source, what) (increase(tocsin_source_unknown_total{SEL}[1h])) > 0`, "{{source}} {{what}}s"})),
		orNone("all lie where they belong", lines("Keys of publishers", "Not the customer's, or partitioned unlike Java's client does, an hour.", "short", 12,
			Query{`sum by (source) (increase(tocsin_source_key_mismatch_total{SEL}[1h])) > 0`, "{{source}} not the customer's"},
			Query{`sum by (source) (increase(tocsin_source_key_partitioned_unlike_java_total{SEL}[1h])) > 0`, "{{source}} elsewhere"})),
		lines("Publishers' freshness", "Time since the youngest event of a source became known.", "s", 12,
			Query{`min by (source) (timestamp(tocsin_source_last_event_timestamp_seconds{SEL}) - tocsin_source_last_event_timestamp_seconds{SEL})`, "{{source}}"}),
		lines("Publishers' delay", "From when an event happened until it was known, 95th percentile.", "s", 12,
			Query{`histogram_quantile(0.95, sum by (source, le) (rate(tocsin_source_late_seconds_bucket{SEL}[W])))`, "{{source}}"}),
		lines("Inputs that are not complete", "Missing topics, inputs without which a day went on.", "short", 8,
			Query{`max by (topic) (tocsin_topic_missing{SEL})`, "{{topic}} missing"}, Query{`max by (topic) (tocsin_stale_input{SEL})`, "{{topic}} stale"}),
		lines("Left behind", "Partitions without which days went on, a day.", "short", 8, Query{`sum by (topic) (increase(tocsin_partitions_left_behind_total{SEL}[1d]))`, "{{topic}}"}),
		lines("Gaps and quarantine", "Ranges that were gone, a day; customers whose steps panic.", "short", 8,
			Query{`sum by (topic) (increase(tocsin_gaps_total{SEL}[1d]))`, "gap {{topic}}"}, Query{`max(tocsin_customers_quarantined{SEL})`, "quarantined"}),
	}}
}

func runtime() Board {
	return Board{"tocsin-runtime", "Tocsin: runtime", "The processes, and what they talk to.", []Panel{
		{Title: "Versions", About: "Of the program and its configuration.", Kind: "table", Unit: "short", Width: 24, Queries: []Query{
			{`tocsin_build_info{SEL}`, ""}, {`tocsin_config_info{SEL}`, ""}}},
		lines("CPU", "Cores in use.", "short", 8, Query{`rate(process_cpu_seconds_total{SEL}[W])`, "{{instance}}"}),
		lines("Memory", "Of the process; cache, as estimated.", "bytes", 8,
			Query{`process_resident_memory_bytes{SEL}`, "{{instance}}"}, Query{`tocsin_cache_bytes{SEL}`, "{{instance}} cache"}),
		lines("Records in memory", "Customers.", "short", 8, Query{`tocsin_cache_records{SEL}`, "{{instance}}"}),
		lines("Goroutines", "A number that only grows is a leak.", "short", 8, Query{`go_goroutines{SEL}`, "{{instance}}"}),
		lines("Garbage collection", "Longest pause.", "s", 8, Query{`go_gc_duration_seconds{SEL,quantile=~"1([.]0)?"}`, "{{instance}}"}),
		lines("Connections to PostgreSQL", "Used, idle, and how many there may be. None with a store in a file.", "short", 8, Query{`sum by (state) (tocsin_store_connections{SEL})`, "{{state}}"}),
		lines("Waiting for connections", "Times and seconds a second.", "short", 8,
			Query{`sum(rate(tocsin_store_waits_total{SEL}[W]))`, "waits"}, Query{`sum(rate(tocsin_store_wait_seconds_total{SEL}[W]))`, "seconds"}),
		lines("Slack requests", "By method and what HTTP said.", "cps", 8, Query{`sum by (method, result) (rate(tocsin_slack_requests_total{SEL}[W])) > 0`, "{{method}} {{result}}"}),
		lines("Slack's time to answer", "99th percentile by method.", "s", 8, Query{`histogram_quantile(0.99, sum by (le, method) (rate(tocsin_slack_request_seconds_bucket{SEL}[W])))`, "{{method}}"}),
	}}
}
