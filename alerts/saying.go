package alerts

// Saying is one of the texts around what people do with a case where they read of it: what a button says, what a form asks, and what
// they are answered.
type Saying uint8

// Sayings, with the names of what stands in their braces.
const (
	SayAcknowledge Saying = iota // on buttons, and above forms
	SayReview
	SayDecide
	SayClose
	SaySnooze
	SayWake
	SayReassign
	SayFeedback
	SayCancel
	SayContact
	SayPromise
	SayNote
	SayAskLimit
	SayGrantLimit
	SayApproveLimit
	SayDeclineLimit
	SayLetGo

	SayUntil // asked in forms
	SayUntilHint
	SayWorse
	SayWorseHint
	SayReason
	SayDecision
	SayDecisionReason
	SayNextReview
	SayTo
	SayAlert
	SayWorth
	SayContactDay
	SayChannel
	SayOutcome
	SayDirection
	SayPromisedDay
	SayAmount // currency
	SayAmountHint
	SaySign
	SayNoteText
	SayLimitUntil
	SayLimitAmount // currency
	SayLimitHint
	SayWhy
	SayLetGoHint // of letting go what is systemic
	SayRule
	SayRuleOf // signal, date, risen, active

	SayChoose        // what is wrong with a field
	SayBadContactDay // days
	SayBadPromiseDay // days
	SayBadLimitDay   // days
	SayBadAmount     // currency
	SayBadText       // days: how many characters

	SayAcknowledged // customer: answers to who has done something
	SayReviewing    // customer
	SayDecided      // customer, decision, date
	SayClosed       // customer
	SaySnoozed      // customer
	SayWoken        // customer
	SayReassigned   // customer, who
	SayNoted        // customer
	SayToldContact  // customer, who, date, channel, outcome: shown to all who read the case
	SayToldPromise  // customer, who, date, amount
	SayToldNote     // customer, who, text
	SayToldAsked    // customer, who, date, amount, text, owner
	SayToldGranted  // customer, who, date, amount, text
	SayLetGone      // signal, date
	SayToldLetGo    // signal, date, who, text: shown to all who read the message
	SayToldApproved // customer, who, date, amount, asker
	SayToldDeclined // customer, who, date, amount, asker
	SayToldWhy      // text; after that
	SayAskApproved  // who; after what was asked for
	SayAskDeclined  // who
	SayToldWhen     // when; after what was told
	SayToldWhenAPI  // when; the same, of what came over the API
	SayToldGone     // when; in its place, where the customer is erased

	SayFirst      // customer, task, who: somebody was quicker
	SayUnfitting  // customer, task: nobody in particular was
	SayChanged    // customer
	SayOver       // customer: his task is closed, or is another one
	SayBadUntil   // customer
	SayBadWorse   // customer
	SayBadReason  // customer
	SayBadReview  // customer
	SayAwake      // customer
	SayNoAlert    // customer
	SayRefused    // customer: for a reason that has no words of its own
	SayFailed     // customer
	SayCounting   // command
	SayStranger   // id: of somebody whom nobody has named
	SayForbidden  // who, action
	SayOldButton  // of a form that this program does not know
	SayBadEntry   // customer
	SayGone       // customer
	SayNoCurrency // customer
	SayOwnAsk     // customer: who asked does not answer himself
	SayNoAsk      // customer
	SayAnswered   // customer, who: was first
	SayFirstLetGo // signal, date, who, at
	SayNoReason   // signal, date
	SayNothingWithheld

	SayHelp    // card, queue, digest, week, month, help: commands
	SayNoQueue // nothing waits for who asks
	SayNoCase  // customer: he has no task, nor had one
	sayingCount
)

// Tell is a saying with what stands in its braces: names and values by turns. Values are taken as they are.
func (l *Language) Tell(s Saying, filled ...string) string { return fillIn(l.sayings[s], filled) }
