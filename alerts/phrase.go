package alerts

import "strings"

// Phrase is one of the texts that a message about a case or a summary is put together from, besides those of codes.
type Phrase uint8

// Phrases, with the names of what stands in their braces.
const (
	PhraseClosed   Phrase = iota // in the place of a severity
	PhraseHead                   // severity, customer
	PhraseNamed                  // name, id
	PhraseSpoken                 // case, alert: in a sentence
	PhraseAlso                   // alert
	PhraseMore                   // count: of alerts that are not shown
	PhraseMoreNews               // count: of changes that are not shown

	PhraseCustomer // titles
	PhraseExposure
	PhraseOverdue
	PhraseAtRisk
	PhraseCritical
	PhraseWarning
	PhraseScore
	PhraseTask
	PhraseOwner
	PhraseGroup
	PhraseErased // in the place of a name
	PhraseDo
	PhraseNews
	PhraseClearsIf
	PhraseSee
	PhraseCondition // remedy, condition
	PhraseOr        // between things each of which is enough

	PhraseUsed           // exposure, limit, share
	PhraseOfLimit        // exposure, limit
	PhraseNoLimit        // exposure
	PhraseWorst          // overdue, days
	PhraseWorstOfAll     // overdue, days: of a document that no alert counts
	PhraseStanding       // score, grade, score before, grade before
	PhraseWatched        // date; after a standing
	PhraseSince          // signal, level, date
	PhraseRaised         // date; after since when
	PhraseFeedback       // feedback; after since when
	PhraseNoTask         //
	PhraseDecided        // task, decision
	PhraseBecause        // reason; after a decision
	PhraseSnoozed        // date; after a task
	PhraseSnoozedWorse   // date, share; after a task
	PhraseBy             // who; after a task
	PhraseAcknowledge    // due; after a task
	PhraseWasAcknowledge // due; after a task
	PhraseDue            // due; after a task
	PhraseWasDue         // due; after a task
	PhraseNextReview     // date; after a task
	PhraseNobody         // in the place of an owner
	PhraseLateHand       // who; after a task
	PhraseLateDecision   // who; after a task
	PhraseReminder       // who, due
	PhraseDeputy         // owner, deputy
	PhraseGroupTasks     // count, severity, sums, command: what names them
	PhraseMoved          // channels
	PhraseFoot           // case, opened, update, day, known
	PhraseLimited        // exposure, limit: in a sentence
	PhraseMoneyAtRisk    // amount: in a sentence
	PhraseRecommended    // actions: in a sentence
	PhraseSummaryHead    // counts
	PhraseLateHead       // counts
	PhraseOneCase        // cases, critical, warning
	PhraseCases          // cases, critical, warning
	PhraseNoSum          //
	PhraseMoreSums       // count: of currencies that are not shown
	PhraseCaseLine       // severity, name, customer
	PhraseLineAtRisk     // amount; after a line
	PhraseLineSince      // date; after a line
	PhraseMoreCases      // count: of cases that are not shown
	PhraseRest           // tasks, topic: where to see the others
	PhraseRestHeld       // tasks, topic: of a summary of what is held back
	PhraseAllCases       // tasks: the same in a sentence
	PhraseSummaryFoot    // summary, day, made
	PhraseDigestHead     // day
	PhraseDigestSpan     // first, last
	PhraseDigestNew      // title
	PhraseDigestWorse    // title
	PhraseDigestBetter   // title
	PhraseDigestClosed   // title
	PhraseDigestOverdue  // title
	PhraseDigestToday    // title
	PhraseDigestState    // title
	PhraseDigestTitle    // title, count
	PhraseDigestSum      // title, sums: a title with money at risk
	PhraseDigestCase     // severity, customer, signals
	PhraseDigestOwner    // owner, count, tasks
	PhraseDigestTask     // customer, due
	PhraseDigestMore     // count
	PhraseRefusals       // source, count
	PhraseRefusalsBy     // command: what tells of one, before its place
	PhraseRefusalsCode   // count, code, topic, place: of the first
	PhraseBehindHead     // day: there is no digest yet
	PhraseBehindSince    // day, since
	PhraseBehindSource   // source, since
	PhraseBehindUnknown
	PhraseDigestCut          // count, command: where to see the lines that are not shown
	PhraseDigestQuiet        // customers, last
	PhraseDigestNoEvent      // in the place of an instant
	PhraseDigestWithheld     // count
	PhraseDigestStale        // source, date
	PhraseDigestGroups       // title
	PhraseDigestGroup        // group, count, members
	PhraseDigestMember       // customer, severity
	PhraseDigestAgenda       // count, missed: a title
	PhraseDigestSteps        // who, steps, missed, customer, amount: of the largest
	PhraseAgenda             // title: of one customer
	PhraseAgendaItem         // invoice, step, amount, date
	PhraseAgendaMissed       // the same, of one that is missed
	PhraseDigestSystemic     // signal, date, risen, active: what is systemic and withheld
	PhraseLetGo              // signal, date, risen, active, who, at: what was
	PhraseWeeklyHead         // days
	PhraseWeeklyWorst        // title
	PhraseWeeklyInfo         // title
	PhraseWeeklyDecided      // title
	PhraseWeeklyDecision     // customer, decision, who, at
	PhraseWeeklyOpen         // title
	PhraseWeeklyOwner        // owner, count, week, two, four, longer: how many tasks are open for so long; days, customer: of the oldest
	PhraseWeeklyQuiet        //
	PhraseWeeklySources      // a title
	PhraseWeeklySource       // source, count: of records
	PhraseWeeklyRefused      // count; after a source, and so on
	PhraseWeeklyConflicts    // count
	PhraseWeeklyLate         // count
	PhraseWeeklyUnknown      // count
	PhraseWeeklyKeys         // count
	PhraseScorecard          // source, days, count: of records
	PhraseScoreBecame        // a title
	PhraseScoreResults       // accepted, duplicate, stale, refused, parked
	PhraseScoreDelay         // mean, longest: as hours, minutes and seconds
	PhraseScoreMend          // a title
	PhraseScoreRefused       // count, codes
	PhraseScoreConflicts     // count, and so on
	PhraseScoreLate          //
	PhraseScoreFields        //
	PhraseScoreValues        //
	PhraseScoreKeys          //
	PhraseScorePlaces        // count, setting: of the publisher's client
	PhraseScoreWell          //
	PhraseMonthlyHead        // days
	PhraseMonthlyOwed        // amount, change: a title
	PhraseMonthlyBucket      // bucket, amount, share, change
	PhraseMonthlyCurrent     // bucket: of what is not past due
	PhraseMonthly30          // bucket, and so on
	PhraseMonthly60          //
	PhraseMonthly90          //
	PhraseMonthly91          //
	PhraseMonthlyOverdue     // amount, ratio, before
	PhraseMonthlyDSO         // days, before, late, latebefore
	PhraseMonthlyCollected   // ratio, sales
	PhraseMonthlyExposure    // amount, change, customers, largest, five, hhi
	PhraseMonthlyLargest     // currency: a title
	PhraseMonthlyMostOverdue // currency: a title
	PhraseMonthlyDebtor      // customer, exposure, share, overdue
	PhraseMonthlyLate        // customer, overdue, days, exposure
	PhraseMonthlySegments    // currency: a title
	PhraseMonthlySegment     // segment, customers, owed, change, overdue, share
	PhraseMonthlyNoSegment   // in the place of a segment
	PhraseMonthlyUp          // amount
	PhraseMonthlyDown        // amount
	PhraseMonthlySame        //
	PhraseMonthlyCases       // title
	PhraseMonthlyCaseCount   // open, before, opened, closed
	PhraseMonthlyQuiet       //
	PhraseMonthlyUnknown     // count
	PhraseMonthlyCurrencies  // count
	PhraseListComma          // between the parts of a list
	PhraseListStop           // between the parts of a list whose parts are longer
	PhraseSentenceGap        // between two sentences
	PhraseSentenceStop       // after the last one
	phraseCount
)

// Phrase is a phrase with what stands in its braces: names and values by turns. Values are taken as they are.
func (l *Language) Phrase(p Phrase, filled ...string) string {
	return fillIn(l.phrases[p], filled)
}

// fillIn puts values into a text's braces, given by turns with their names.
func fillIn(text string, filled []string) string {
	values := make(map[string]string, len(filled)/2)
	for i := 0; i+1 < len(filled); i += 2 {
		values[filled[i]] = filled[i+1]
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(values[name])
		text = numbered(values[name], after)
	}
}

// List is a few things in a row.
func (l *Language) List(of []string) string { return strings.Join(of, l.phrases[PhraseListComma]) }

// Steps are a few things in a row of which each is several words.
func (l *Language) Steps(of []string) string { return strings.Join(of, l.phrases[PhraseListStop]) }

// Sentences are clauses as sentences.
func (l *Language) Sentences(of ...string) string {
	return strings.Join(of, l.phrases[PhraseSentenceGap]) + l.phrases[PhraseSentenceStop]
}
