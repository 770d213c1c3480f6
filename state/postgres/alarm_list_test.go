package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/postgres/pgtest"
)

// alarmsOf are alarms of customers from one number on, on a day.
func alarmsOf(day state.Date, from, number int) (all []state.Alarm) {
	for n := range number {
		all = append(all, state.Alarm{Day: day, Customer: state.CustomerID(fmt.Sprintf("C-%05d", from+n))})
	}
	return all
}

func commitAlarms(t *testing.T, s *postgres.Store, day state.Day, alarms ...state.Alarm) {
	t.Helper()
	if err := s.Commit(t.Context(), &state.Commit{Day: day, Alarms: alarms}); err != nil {
		t.Fatal(err)
	}
}

func wantAlarms(t *testing.T, location string, rows, lists int) {
	t.Helper()
	got := pgtest.Texts(t, location, `SELECT count(*)::text FROM alarm UNION ALL SELECT count(*)::text FROM alarm_list`)
	if want := []string{fmt.Sprint(rows), fmt.Sprint(lists)}; !slices.Equal(got, want) {
		t.Errorf("rows and lists of alarms: got %v, want %v", got, want)
	}
}

// A program of before lists sees rows only. It may come back as long as it is not kept out for good, and after a restore.
func TestAlarmsAreListedWhereNoEarlierProgramCommits(t *testing.T) {
	ctx := t.Context()
	location := server.NewSchema(t)
	changes, err := postgres.Changes()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(postgres.Program(changes[:11]).Migrate(ctx, location), postgres.Migrate(ctx, location)); err != nil {
		t.Fatal(err)
	}
	s := open(t, location)
	defer s.Close()
	if err := s.OpenStore(ctx, today); err != nil {
		t.Fatal(err)
	}
	tomorrow := alarmsOf(today.Date+1, 0, 9)
	commitAlarms(t, s, today, tomorrow[:2]...)
	wantAlarms(t, location, 2, 0)
	if err := postgres.Finish(ctx, location); err != nil {
		t.Fatal(err)
	}
	commitAlarms(t, s, today, tomorrow[2]) // it does not know yet
	wantAlarms(t, location, 3, 0)
	if _, _, err := s.Day(ctx); err != nil {
		t.Fatal(err)
	}
	commitAlarms(t, s, today, append(alarmsOf(today.Date, 7, 1), tomorrow[3:5]...)...)
	wantAlarms(t, location, 4, 1)

	pgtest.Exec(t, location, `UPDATE day SET least = 11`)
	if err := s.Commit(ctx, &state.Commit{Day: today, Alarms: tomorrow[5:7]}); !errors.Is(err, state.ErrDayClosed) {
		t.Errorf("got %v, want %v", err, state.ErrDayClosed)
	}
	wantAlarms(t, location, 4, 1)
	if _, _, err := s.Day(ctx); err != nil {
		t.Fatal(err)
	}
	commitAlarms(t, s, today, tomorrow[5:7]...)
	wantAlarms(t, location, 6, 1)
}

// A morning on which very many are due does not begin with writing a row for each.
func TestListsBecomeRowsAsTheyAreAskedFor(t *testing.T) {
	ctx := t.Context()
	s, location := opened(t, postgres.Options{})
	next := today.Date + 1
	for from := range 4 {
		commitAlarms(t, s, today, alarmsOf(next, from*2500, 3000)...) // some are set twice
	}
	commitAlarms(t, s, today, alarmsOf(next+1, 0, 10)...)
	wantAlarms(t, location, 0, 5)
	if err := s.CloseDay(ctx, &state.DayClose{From: today, Next: next}); err != nil {
		t.Fatal(err)
	}
	day := today
	day.Date = next
	if err := s.CloseDay(ctx, &state.DayClose{From: day, Next: next + 1}); !errors.Is(err, state.ErrNotIdle) {
		t.Errorf("a close while alarms are due: got %v, want %v", err, state.ErrNotIdle)
	}
	rung := make(map[state.CustomerID]bool)
	for round := 0; ; round++ {
		due, err := s.DueAlarms(ctx, next, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			wantAlarms(t, location, 5500, 3)
		}
		if len(due) == 0 {
			break
		}
		for _, a := range due {
			if a.Day != next {
				t.Fatalf("an alarm of %v is due on %v", a.Day, next)
			}
			rung[a.Customer] = true
		}
		if err := s.Commit(ctx, &state.Commit{Day: day, Ticks: due}); err != nil {
			t.Fatal(err)
		}
	}
	if len(rung) != 10_500 {
		t.Errorf("got alarms of %d customers, want of 10500", len(rung))
	}
	wantAlarms(t, location, 0, 1)
	if err := s.CloseDay(ctx, &state.DayClose{From: day, Next: next + 1}); err != nil {
		t.Error(err)
	}
}

// Whoever asks while another one makes rows of lists has all of them.
func TestAllWhoAskSeeEveryAlarm(t *testing.T) {
	s, _ := opened(t, postgres.Options{})
	for from := range 6 {
		commitAlarms(t, s, today, alarmsOf(today.Date+1, from*2000, 2000)...)
	}
	var running sync.WaitGroup
	var due [4][]state.Alarm
	var failures [4]error
	for i := range due {
		running.Go(func() { due[i], failures[i] = s.DueAlarms(t.Context(), today.Date+1, 1<<30) })
	}
	running.Wait()
	if err := errors.Join(failures[:]...); err != nil {
		t.Fatal(err)
	}
	want := alarmsOf(today.Date+1, 0, 12_000)
	for i := range due {
		if !slices.Equal(due[i], want) {
			t.Errorf("got %d alarms, want all %d in order", len(due[i]), len(want))
		}
	}
}

func TestAnErasureLeavesNoNameInListsOfAlarms(t *testing.T) {
	ctx := t.Context()
	s, location := opened(t, postgres.Options{})
	alarms := alarmsOf(today.Date+1, 0, 3)
	if err := s.Commit(ctx, &state.Commit{Day: today, Alarms: alarms, Entries: nthCommit(today, 0).Entries}); err != nil {
		t.Fatal(err)
	}
	commitAlarms(t, s, today, state.Alarm{Day: today.Date + 2, Customer: "C-0"}, state.Alarm{Day: today.Date + 3, Customer: "C-0"}, state.Alarm{Day: today.Date + 3, Customer: "C-00001"})
	commitAlarms(t, s, today, state.Alarm{Day: today.Date + 1, Customer: "C-0"})
	row := nthCommit(today, 0).Entries
	row[0].Customer = "P-0"
	if err := s.Commit(ctx, &state.Commit{Day: today, Rewrites: []state.Rewrite{{Customer: "C-0", As: "P-0", Last: 1, Entries: row}}}); err != nil {
		t.Fatal(err)
	}
	for _, list := range pgtest.Texts(t, location, `SELECT customers::text || size FROM alarm_list`) {
		if strings.Contains(list, "C-0,") || strings.Contains(list, "C-0}") {
			t.Errorf("got a list %s, want nothing of C-0", list)
		}
	}
	day := today
	day.Erased, day.Date = 1, today.Date+1
	closing := func(from state.Day, next state.Date) error {
		return s.CloseDay(ctx, &state.DayClose{From: from, Next: next})
	}
	before := day
	before.Date = today.Date
	if err := closing(before, day.Date); err != nil {
		t.Fatal(err)
	}
	due, err := s.DueAlarms(ctx, day.Date, 10)
	if err != nil || !slices.Equal(due, alarms) {
		t.Errorf("got %v, %v, want those of the others, %v", due, err, alarms)
	}
	if err := s.Commit(ctx, &state.Commit{Day: day, Ticks: due}); err != nil {
		t.Fatal(err)
	}
	if err := closing(day, day.Date+1); err != nil {
		t.Fatal(err)
	}
	day.Date++
	if err := closing(day, day.Date+1); err != nil { // whose only list is empty now
		t.Errorf("the day that concerned nobody else: %v", err)
	}
}
