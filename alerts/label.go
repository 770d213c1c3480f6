package alerts

// Label is a piece of what explains how signals stand, beside what is said of each. Its values are what stands in its braces.
type Label int

// Labels. Behind each are the values that it takes.
const (
	LabelSignalsOf Label = iota // customer
	LabelSignalOf               // signal, title, customer
	LabelAsOf                   // customer, date
	LabelCurrency               // currency; the parts of that line
	LabelClass                  // class
	LabelKind                   // kind
	LabelSegment                // number, when
	LabelStale                  // date, source
	LabelSignal                 // a column
	LabelStands
	LabelSince
	LabelByTime // a column, and a part
	LabelWhy
	LabelOneOfThem   // flag
	LabelUnjudgeable // missing
	LabelTooLittle
	LabelToday // text, why
	LabelWaitsInput
	LabelNotRaised // text
	LabelMore      // conditions
	LabelNoneKnown
	LabelNoLevel // fact
	LabelNoCurrency
	LabelNotJudged // source
	LabelByKind    // kind
	LabelBySegment // number, when
	LabelOneDay
	LabelDays // count
	LabelOneClose
	LabelCloses // count
	LabelOneCondition
	LabelConditions // count
	LabelState      // parts of an explanation
	LabelMuted
	LabelByTimeAlone
	LabelLacks
	LabelMeasured
	LabelNeeded
	LabelBaseline
	LabelClearsIf
	LabelAtRisk
	LabelEvidence
	LabelToDo
	LabelMutedUntil  // date
	LabelStandsSince // level, date
	LabelRaisedOn    // date; after that
	LabelCountsAsClear
	LabelStandsStays
	LabelNoJudgement
	LabelWaiting // level
	LabelHeld    // level
	LabelSilent
	LabelNothingSoon
	LabelChanges    // level, date, days
	LabelColon      // name, text
	LabelToBeJudged // missing
	LabelSeeEvaluable
	LabelSeeSilent // text
	LabelFor       // level
	LabelForLacks  // level, lacks
	LabelJudging
	LabelOr
	LabelAnd
	LabelNo  // three columns wide
	LabelYes // three columns wide
	LabelFrozen
	LabelFormer    // date, until
	LabelEncoded   // bytes; after that
	LabelLeaves    // level, date, since
	LabelHoldsFor  // closes
	LabelReads     // a title
	LabelOlder     // count, flag
	LabelParameter // columns of the settings
	LabelValue
	LabelDefault
	LabelSetBy
	LabelDated // columns of what is read
	LabelDue
	LabelDaysPastDue
	LabelDaysLate
	LabelAmount
	LabelTimes
	LabelOver
	LabelPart
	labelCount
)

// Label is a label with what stands in its braces: names and values by turns. Values are taken as they are.
func (l *Language) Label(p Label, filled ...string) string { return fillIn(l.labels[p], filled) }

// Explained is the word for a code that explanations have: a mode, a class or kind of customers, or what sets a parameter.
func (l *Language) Explained(code string) string { return l.say(l.explained, code) }
