package storetest

import (
	"time"

	"tocsin/state"
)

func scored(source string, n int64) state.Score {
	return state.Score{Source: source, Accepted: n, Duplicate: n + 1, Stale: n + 2, Refused: n + 3, Parked: n + 4, Conflicts: n + 12, Late: n + 5,
		UnknownFields: n + 6, UnknownValues: n + 7, Misrouted: n + 8, Misplaced: n + 13, Delay: n + 9 + 1<<60/90, Longest: time.Duration(n + 10), Last: state.Instant(n + 11),
		Codes: []state.ScoreCode{{Code: "json", Count: n}, {Code: "money_scale", Count: 3}}}
}

func (t *trial) scores(from, until state.Date) []state.Score {
	t.Helper()
	all, err := t.store.Scores(t.Context(), from, until)
	t.must(err)
	return all
}

func scoresAddUp(t *trial) {
	t.open()
	epochs := []int64{t.acquire(0).Epoch, t.acquire(1).Epoch}
	commit := func(partition int32, from, to int64, scores ...state.Score) *state.Commit {
		return &state.Commit{Day: today, At: noon, Scores: scores,
			Positions: []state.Advance{{Topic: orders, Partition: partition, Epoch: epochs[partition], From: from, To: to}}}
	}
	got(t, "before any", t.scores(0, endOfTime), nil)
	t.commit(commit(0, -1, 10, scored("urn:a", 10)))
	t.commit(commit(1, -1, 10, scored("", 1), scored("urn:a", 20)))
	t.commit(commit(0, 10, 20, state.Score{Source: "urn:a", Refused: 2, Last: 500, Codes: []state.ScoreCode{{Code: "encoding", Count: 2}}}))
	t.refused(t.store.Commit(t.Context(), commit(0, 10, 20, scored("urn:a", 900))), state.ErrFenced)

	sum := scored("urn:a", 10)
	for _, more := range []state.Score{scored("urn:a", 20), {Refused: 2, Last: 500, Codes: []state.ScoreCode{{Code: "encoding", Count: 2}}}} {
		sum.Add(&more)
	}
	got(t, "a sum", []any{sum.Accepted, sum.Refused, sum.Longest, sum.Last, sum.Codes},
		[]any{int64(30), int64(38), time.Duration(30), state.Instant(500), []state.ScoreCode{{Code: "encoding", Count: 2}, {Code: "json", Count: 30}, {Code: "money_scale", Count: 6}}})
	want := []state.Score{scored("", 1), sum}
	want[0].Day, want[1].Day = today.Date, today.Date
	got(t, "after three commits", t.scores(today.Date, today.Date), want)
	got(t, "of earlier days", t.scores(0, today.Date-1), nil)
	t.must(t.store.Close())
	t.store = t.reopen()
	got(t, "after a restart", t.scores(0, endOfTime), want)

	if err := t.store.Commit(t.Context(), commit(0, 20, 30, scored("urn:b", 1), scored("urn:a", 1))); err == nil {
		t.Error("scores that are out of order were taken")
	}
	other := scored("urn:a", 1)
	other.Day = today.Date
	if err := t.store.Commit(t.Context(), commit(0, 20, 30, other)); err == nil {
		t.Error("a score that says its day was taken")
	}

	move := func(from state.Day, next state.Date) {
		t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: from, Next: next, Positions: []state.Advance{
			{Topic: orders, Partition: 0, From: 20}, {Topic: orders, Partition: 1, From: 10}}}))
	}
	move(today, today.Date+state.ScoreDays)
	got(t, "on the last day that they are kept", t.scores(0, endOfTime), want)
	move(t.day(), today.Date+state.ScoreDays+1)
	got(t, "after it", t.scores(0, endOfTime), nil)
}
