package alerts

import "tocsin/detectors"

// English is the default language.
var English = &Language{
	tag:     "en",
	signals: englishSignals, alerts: englishAlerts, reasons: englishReasons,
	facts: englishFacts, features: englishFeatures, parts: englishParts,
	actions: englishActions, remedies: englishRemedies, phrases: englishPhrases, sayings: englishSayings, labels: englishLabels, explained: englishExplained,
	conditions: englishConditions, flags: englishFlags, needs: englishNeeds, gaps: englishGaps,
	forms: forms{amount: "{currency} {number}", percent: "{number} %", date: "2006-01-02", instant: "2006-01-02 15:04 UTC"},
	levels: [levels]string{
		detectors.None: "none", detectors.Info: "info", detectors.Warning: "warning", detectors.Critical: "critical",
	},
	kinds: map[string]string{
		Raised:      "{signal}: raised at {to}",
		Escalated:   "{signal}: up from {from} to {to}",
		Deescalated: "{signal}: down from {from} to {to}",
		Cleared:     "{signal}: cleared",
		Retracted:   "{signal}: taken back, for it was never right",
	},
	why: "{change}: {why}",
	bounds: [boundCount]string{
		boundThreshold: "threshold {threshold}", boundLimit: "limit {threshold}", boundMoreThan: "more than {threshold}",
		boundAtMost: "at most {threshold}", boundFrom: "from {threshold}", boundCountsFrom: "counts from {threshold}",
		boundAtLeast: "at least {threshold}", boundUpTo: "up to {threshold}", boundCriticalFrom: "critical from {threshold}",
		boundWarningFrom: "a warning from {threshold}", boundKeptFrom: "kept from {threshold}", boundJudgedFrom: "judged from {threshold}",
		boundNormNeeds: "a norm needs {threshold}", boundAgainst: "against {threshold}",
	},
	beside: " ({bound})", points: "Points: {parts}",
	unknown: "(not known)", undefined: "none", strange: "unknown",
	truths: map[bool]string{true: "yes", false: "no"},
	about:  "{about}: {name}", flagged: "{name}: {truth}",
	down: " (down to {to})",
	hold: ", and it stays so for {hold} days",
	footings: map[string]string{
		string(OnHold):             "; no longer enough, but {level} stands until it clears",
		string(OnHold) + " ends":   "; no longer enough, so {level} ends on {ends} unless it comes back",
		string(Unjudged):           "; today it cannot be judged, so {level} stays",
		string(Unjudged) + " ends": "; today it cannot be judged, so {level} ends on {ends} unless it comes back",
	},
	over: "No signal at warning or above stands any more; it was {before}",
	decisions: map[string]string{
		"hold_orders": "hold orders", "release_with_conditions": "release with conditions", "reduce_limit": "reduce the limit",
		"prepay": "prepayment", "terms_change": "change the terms", "dunning_level": "next dunning level", "call": "call",
		"visit": "visit", "collateral": "collateral", "insurer_notice": "notice or claim to the insurer", "legal": "legal action",
		"write_off_proposal": "propose a write-off", noAction: "no action",
	},
	reasonCodes: map[string]string{
		"seasonal": "seasonal", "our_error": "our error", "dispute_ours": "a dispute of our making", "timing": "timing",
		"data": "wrong data", "known_and_accepted": "known and accepted",
	},
	feedback: map[string]string{"useful": "useful", "data_wrong": "the data is wrong", "known": "known already", "rule_wrong": "the rule is wrong"},
	entries:  englishEntries(),
	tasks: map[string]string{
		TaskOpen: "open", TaskAcknowledged: "acknowledged", TaskInReview: "in review", TaskDecided: "decided", TaskClosed: "closed",
	},
	whys: map[string]string{
		WhyFirstLoad: "Tocsin has read the past for the first time. What it found from {from} to {to} was withheld until all of it was read",
		WhyBehind:    "Tocsin was behind and has caught up. What it found from {from} to {to} was withheld until all of it was read",
		WhyHold:      "Messages were held back on purpose (notify.hold). They are about {from} to {to}",
		WhyLate:      "Events came in long after they had happened (notify.max_age). What they mean for {from} to {to} was withheld until all of them were read",
		WhyBudget: "Held back today: {cases}. Their owners have been told of as many cases as one is to be in a day (notify.budget), or this channel has " +
			"heard enough of the customers. Each gets its message on the next working day, as it stands then, unless it is over; what turns critical goes out at once",
		WhySystemic: "Withheld: {cases}. On one day so many customers rose in the same rule that the cause is likely our own: late invoices, wrong bank details, a " +
			"system's cut-over. Nothing is posted of these cases until a person lets them go with tocsin systemic release; their alerts and tasks stand as they are",
		WhyLetGo: "Were withheld: {cases}. On one day so many customers rose in the same rule that the cause is likely our own. They are let go: each is posted as it " +
			"stands now, within budgets; what is over goes in silence",
		WhyFlood: "More cases came in at once than this channel should get messages of (notify.flood): {cases}. They are counted here. When it calms down, those that " +
			"are critical get a message of their own, and the others as notify.budget allows. tocsin digest counts all of them",
		WhyLateTasks: "Late today: {cases}. So many tasks were late at once (notify.late_at_once) that this channel hears of them together; the thread of " +
			"each case says who was told of it. The most urgent come first",
	},
}
