// Package storetest is what every [state.Store] promises, as tests: [Run] is the conformance suite, [NewMemory] the
// reference store that passes it, and [Contents] what a store has to show, for comparing two of them.
//
// The suite asks through the interface alone. What becomes of a store when its process is killed is for each store's own
// tests; here a store is closed and opened again.
package storetest

import (
	"errors"
	"testing"

	"tocsin/state"
)

// Run tests a kind of store. Open makes a new empty store, which the suite closes; reopen opens the same one after that.
func Run(t *testing.T, open func(t *testing.T) (store state.Store, reopen func() state.Store)) {
	for _, behaviour := range []struct {
		name string
		test func(t *trial)
	}{
		{"a new store has no day and no content", newStoreIsEmpty},
		{"the first day is opened once", firstDayIsOpenedOnce},
		{"a commit writes every part", commitWritesEveryPart},
		{"a refused commit leaves every part unwritten", refusedCommitWritesNothing},
		{"a refused commit of many rows leaves every part unwritten", refusedCommitOfManyRowsWritesNothing},
		{"a commit whose context has ended writes nothing", cancelledCommitWritesNothing},
		{"a position moves by compare-and-set", positionComparesAndSets},
		{"a new owner fences the old one", newOwnerFencesTheOldOne},
		{"a partition keeps its first identity", partitionKeepsItsIdentity},
		{"a front is told until its partition moves", frontIsToldUntilThePartitionMoves},
		{"of two steps from one row the second conflicts", secondStepConflicts},
		{"a step that changes nothing proves what it was computed from", unchangedStepIsProven},
		{"a repeated request is told before anything else", repeatedRequestGoesFirst},
		{"the first base limit is noted once", firstLimitIsNotedOnce},

		{"load gives the newest snapshot and the rows after it", loadGivesSnapshotAndTail},
		{"an older snapshot never replaces a newer one", olderSnapshotIsLeft},
		{"last rows are told of whoever has some", lastRowsAreToldOfWhoHasThem},
		{"a missing row is found on load", missingRowIsFound},
		{"load copes with thousands of customers and odd ids", loadCopesWithManyAndOdd},

		{"an alarm is kept once and listed by day and customer", alarmsAreListedInOrder},
		{"a tick holds only for the row that was stepped", tickHoldsForItsRow},
		{"an alarm of the same commit outlives the tick", alarmOutlivesTick},
		{"an alarm holds its day, and no day before", alarmHoldsItsDay},

		{"a day closes only when it is idle", dayClosesWhenIdle},
		{"a day closes only where positions stand", dayClosesWherePositionsStand},
		{"a day closes only as it was seen", dayClosesAsSeen},
		{"a closed day takes no commit", closedDayTakesNoCommit},
		{"a day opens with its core customers, and who is new among them or gone is judged", dayOpensWithItsCore},
		{"a day opens with the common causes found so far", dayOpensWithItsCauses},
		{"who disputes is known until that counts no more", disputantsAreKnown},
		{"a day opens without stale inputs, and whoever has waited for one is judged when it is complete", dayOpensWithoutStaleInputs},
		{"the first limit has everybody judged from the next day on", firstLimitAlarmsEverybody},
		{"a new configuration has everybody judged", reconfigureAlarmsEverybody},
		{"the configuration in force may be told again", reconfigureWithTheSame},

		{"identifiers come with their version", identifiersComeWithVersion},
		{"an unchanged identifier keeps its version", unchangedIdentifierKeepsVersion},
		{"a customer is found in the identifiers that name it", customerIsFoundInIdentifiers},
		{"an identifier of nobody leaves no row", emptyIdentifierLeavesNoRow},
		{"events nobody is named in are forgotten", unmatchedEventsAreForgotten},
		{"a forgotten identifier is stale for whoever read it", forgottenIdentifierIsStale},
		{"two writers of one identifier never miss each other", identifierIsRacedFor},

		{"exchange rates are read in order, from a day on", ratesAreReadInOrder},
		{"of two rows that displace the same rate the second is stale", takenRateIsStale},
		{"a rate's row that is out of place is refused", rateOutOfPlaceIsRefused},

		{"those who have to do with a corporate group are listed, with all that was known", groupsAreListed},
		{"a row of a group that is out of place is refused", groupOutOfPlaceIsRefused},
		{"who is erased keeps his place in a group under his pseudonym", groupKeepsThePseudonym},
		{"a day turns with the groups that are others on it", groupsTurnWithTheDay},

		{"of a case the newest due message is owed", newestDueMessageIsOwed},
		{"messages are owed by due time, up to a limit", messagesAreOwedInOrder},
		{"a receipt settles the messages up to it", receiptSettlesMessages},
		{"a case has a receipt for each channel", receiptsAreOfEachChannel},
		{"an attempt is kept before it is made", attemptIsKept},
		{"a held message waits for its release", heldMessageWaits},
		{"of a case the newest message is withheld, if it is held", withheldIsTheNewestOfItsCase},
		{"a release lets the newest of each case go", releaseLetsNewestGo},
		{"a release owes one summary instead", releaseOwesOneSummary},
		{"a release of what is not withheld conflicts", releaseOfWhatWasNotSeenConflicts},
		{"of a case that passes the newest message stays", passingMessagesAreDropped},
		{"a message of nobody in particular is owed once", messageOfNobodyIsOwedOnce},

		{"what is put off is not owed", whatIsPutOffIsNotOwed},
		{"waits are counted", waitsAreCounted},
		{"waits are recalled in the order in which they began", waitsAreRecalledInOrder},
		{"what tells of waits is owed with them", whatTellsOfWaitsIsOwedWithThem},
		{"what channels have heard of is counted", heardIsCounted},
		{"what people were told of a customer is listed", whatPeopleWereToldOfACustomerIsListed},
		{"what was told is owed again", whatWasToldIsOwedAgain},
		{"waits are written under a lease that stands", waitsAreFenced},

		{"rises of a day are counted", risesOfADayAreCounted},
		{"what is systemic is kept by the close of its day", systemicIsKeptByTheClose},
		{"clocks are looked at when they are due", clocksAreLookedAtWhenDue},
		{"a clock that is put off is looked at later, unless it was set anew", clockIsPutOff},
		{"clocks whose time runs from before people were told are listed until they are set anew", clocksOfWhatWasToldLate},
		{"a clock waits for what is withheld", clockWaitsForWhatIsWithheld},
		{"a clock waits for what is put off", clockWaitsForWhatIsPutOff},
		{"who is erased has no clock", erasureStopsTheClock},
		{"scores add up by day and source, and are dropped when they are old", scoresAddUp},

		{"a role is one holder's", roleIsOneHolders},
		{"a lease whose term is over may be taken", expiredLeaseIsTaken},
		{"a lease that nobody has taken is renewed late", lateRenewalKeepsTheLease},
		{"a lease that is dropped is free at once", droppedLeaseIsFree},
		{"of concurrent takers one has the lease", concurrentTakersAreTold},
		{"a receipt is written under a lease that stands", receiptIsFenced},

		{"alerts are read by time, customer and signal", alertsAreReadInOrder},
		{"the newest row of each task is read", newestTaskRowIsRead},
		{"tasks come in pages, by when they are due", tasksComeInPages},
		{"alerts come in pages, as they were known", alertsComeInPages},
		{"customers come in pages", customersComeInPages},
		{"the newest message of a case is read", newestMessageOfACaseIsRead},
		{"a refused record is kept as it came", refusedRecordIsKept},
		{"publications are owed until settled", publicationsAreOwedUntilSettled},

		{"a refused record is accepted once", refusedRecordIsAcceptedOnce},
		{"of a partition's open gap there is one", openGapIsKeptOnce},
		{"an accepted gap moves its partition", acceptedGapMovesItsPartition},
		{"offsets that come a second time have refused records of their own", offsetsThatComeAgain},
		{"an accepted gap of another topic forgets which one it was", acceptedForeignGapForgetsWhoseItWas},

		{"an erasure leaves nothing of a customer's name", rewriteReplacesAll},
		{"a refused rewrite changes nothing", refusedRewriteChangesNothing},
		{"a rewrite may keep the name", rewriteUnderTheSameName},
		{"an erasure rewords summaries", erasureRewordsSummaries},
		{"an erasure knows all summaries", erasureKnowsAllSummaries},
		{"an erasure reads the words about one customer alone", erasureReadsItsWords},
		{"words go with their requests", wordsGoWithTheirRequests},
		{"a rewrite moves receipts with their cases", rewriteMovesReceipts},
		{"a rewrite keeps what is owed, or owes it", rewriteKeepsWhatIsOwed},
		{"the secret of pseudonyms stays", secretStays},

		{"what people do is one chain", auditIsOneChain},
		{"what is refused leaves no row in the audit", refusedCommitIsNotAudited},
		{"an erasure drops what the audit has of a customer, and the chain is whole", erasureKeepsTheChain},
		{"deeds at the same time make one chain", concurrentDeedsMakeOneChain},

		{"a quarantine fences steps that do not know of it", quarantineFencesOtherSteps},
		{"what is parked keeps its order", parkedRowsKeepTheirOrder},
		{"a release takes what was seen, and ends when nothing is left", releaseTakesWhatWasSeen},
		{"an erasure leaves nothing of a name in what is parked", rewriteReplacesParked},

		{"all is there after closing and opening", reopenKeepsEverything},
		{"of concurrent commits one wins each row", concurrentCommits},
		{"readers see whole commits only", readersSeeWholeCommits},
	} {
		t.Run(behaviour.name, func(t *testing.T) {
			store, reopen := open(t)
			s := &trial{T: t, store: store, reopen: reopen}
			t.Cleanup(func() {
				if err := s.store.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			behaviour.test(s)
		})
	}
}

// trial is one store under one test.
type trial struct {
	*testing.T
	store  state.Store
	reopen func() state.Store
}

// open opens the store on the first day.
func (t *trial) open() {
	t.Helper()
	t.must(t.store.OpenStore(t.Context(), today))
}

func (t *trial) must(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused fails the test unless err is the wanted refusal.
func (t *trial) refused(err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
}

func (t *trial) commit(c *state.Commit) {
	t.Helper()
	t.must(t.store.Commit(t.Context(), c))
}

func (t *trial) contents() string {
	t.Helper()
	text, err := Contents(t.Context(), t.store, acme, globex)
	t.must(err)
	return text
}

// day is the open day, which must be there. Which server tells it is no matter of the suite.
func (t *trial) day() state.Day {
	t.Helper()
	day, found, err := t.store.Day(t.Context())
	t.must(err)
	if !found {
		t.Fatal("no day is open")
	}
	day.Server = ""
	return day
}

// alarms are all alarms, one line each: day and customer.
func (t *trial) alarms() []state.Alarm {
	t.Helper()
	all, err := t.store.DueAlarms(t.Context(), endOfTime, 1000)
	t.must(err)
	return all
}

// got compares what a store gives with what it must give; both print well.
func got[T any](t *trial, what string, got, want T) {
	t.Helper()
	if g, w := show(got), show(want); g != w {
		t.Errorf("%s: got %s, want %s", what, g, w)
	}
}
