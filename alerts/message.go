package alerts

import (
	"tocsin/detectors"
	"tocsin/state"
)

// States of a case.
const (
	CaseOpen   = "open"
	CaseClosed = "closed" // no live alert at warning or above is left
)

// CaseMessage is a case as a sender shows it: everything that a person needs at a glance, so that nobody has to read the
// store again. Names and ids come from publishers and may hold anything; whoever renders them escapes them.
type CaseMessage struct {
	CaseID      string
	Seq         int64 // 1, 2, 3 … within the case
	Customer    state.CustomerID
	Name        string // empty: no profile is known
	Segment     string // of his profile; empty: none
	State       string // open, closed
	Severity    detectors.Level
	Before      detectors.Level // severity before this step; None for a case that opens
	Opened      state.Date
	At          state.Date // the open business day
	KnownAt     state.Instant
	Headline    Headline
	MoneyAtRisk state.Money // the largest of its alerts; no currency: none
	Alerts      []CaseAlert // live, at warning or above, worst first, then by signal, but what sums up the others after them
	Changes     []Change    // live transitions of this step to or from warning and above, by signal
	Task        CaseTask
	Group       *CaseGroup // nil: no other task of his group waits; whoever sends says so

	Recounted bool // nothing but the deadlines of its task is new: they count from when people were told
	Unposted  bool // nobody has a message of the case, since a summary has told of it; and that is no reason to post one

	MovedTo []string // channels in which the case goes on, in the message that is left behind; whoever sends says so
}

// CaseGroup is the work item of a corporate group as a member's case tells of it: see [GroupTask]. It names nobody, for a message is kept
// under one customer's name.
type CaseGroup struct {
	Tasks    int             // that wait for a person, his among them
	Severity detectors.Level // the worst of their cases
	AtRisk   []state.Money   // the sum over them, for each currency, by its code
}

// Headline is the customer in a line. An amount without currency is not known.
type Headline struct {
	Exposure    state.Money
	Limit       state.Money // no currency: no limit is on file
	Utilisation string      // exposure / limit with three decimals; empty: not defined
	Overdue     state.Money
	DaysPastDue int // of the worst document; means nothing while Overdue is not known
	Score       int
	Grade       state.Grade        // zero: nobody grades him, and what is beside it means nothing
	Before      detectors.Standing // score and grade 30 days ago
	Watched     state.Date         // since when he is on the watch list; zero: he is not
}

// CaseAlert is one open alert of a case, with its grounds as they are now.
type CaseAlert struct {
	AlertID    string
	Signal     string
	Level      detectors.Level
	Reason     string
	Since      state.Date // the day it was raised
	LevelSince state.Date // the day of its present level
	Footing    Footing    // what that stands on
	Ends       state.Date // the day on which it goes, if it has no ground any more and nothing comes in between; zero: none is known
	HoldDays   int        // closes on which an alert's ground must have been gone before a level goes
	Feedback   string     // what a person said of it, one of FeedbackCodes; empty: nobody did
	detectors.Detail
}

// Change is one transition as a case tells it.
type Change struct {
	AlertID  string
	Signal   string
	Reason   string
	From, To detectors.Level
	Kind     string
}

// CaseTask is the review task of a case.
type CaseTask struct {
	TaskID      string
	State       string        // open, acknowledged, in_review, decided, closed
	Owner       string        // to whom it was handed, else the customer's credit manager; empty: nobody is named
	Deputy      string        // who stands in for the owner, who is away; whoever sends says so. Empty: nobody
	Acknowledge state.Instant // by when somebody is to have it in hand; zero: somebody has
	Due         state.Instant // zero: nothing is due
	By          string        // who acted last; empty: nobody
	Decision    string        // code; empty: not decided
	ReasonCode  string        // of the decision, or of the snooze
	NextReview  state.Date    // zero: none

	SnoozedUntil state.Date // the day on which it is back; zero: it is not put off
	Worse        uint       // per cent of money at risk by which it is back before; 0: however much there is

	Escalation Escalation // who was told that it is late
	Reminded   bool       // the owner was reminded of the deadline
}
