package postgres

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// SQLSTATE codes of a wait for a lock that had no end.
const (
	lockNotAvailable = "55P03"
	deadlockDetected = "40P01"
)

// What a session waits for, as pg_stat_activity has it, by what people call it: rows that another transaction has changed or holds, an
// advisory lock, a table, and whatever else there is.
var lockKinds = map[string]string{"transactionid": "row", "tuple": "row", "advisory": "advisory", "relation": "table"}

const otherLock = "other"

// Sessions are asked this often what they wait for, and one answer stands for no more time than the longest.
const (
	locksEvery   = time.Second
	locksLongest = 5 * time.Second
)

// lockWaits is what sessions of this process have waited for.
type lockWaits struct {
	mu       sync.Mutex
	sessions map[uint32]bool // process ids of the server's
	seconds  map[string]float64
	given    map[string]int64 // waits that were given up, by why
	asked    time.Time
}

func newLockWaits() *lockWaits {
	w := &lockWaits{sessions: make(map[uint32]bool), seconds: map[string]float64{otherLock: 0}, given: map[string]int64{"timeout": 0, "deadlock": 0}}
	for _, kind := range lockKinds {
		w.seconds[kind] = 0
	}
	return w
}

// of has a pool tell of its sessions.
func (w *lockWaits) of(config *pgxpool.Config) {
	prepare := config.AfterConnect
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		err := prepare(ctx, conn)
		if err == nil {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.sessions[conn.PgConn().PID()] = true
		}
		return err
	}
	config.BeforeClose = func(conn *pgx.Conn) {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.sessions, conn.PgConn().PID())
	}
}

// ids are those of sessions that are open.
func (w *lockWaits) ids() (all []int32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := range w.sessions {
		all = append(all, int32(id)) //nolint:gosec // a process id
	}
	return all
}

// refused counts a wait that the server has given up.
func (w *lockWaits) refused(err error) {
	var told *pgconn.PgError
	if !errors.As(err, &told) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch told.Code {
	case lockNotAvailable:
		w.given["timeout"]++
	case deadlockDetected:
		w.given["deadlock"]++
	}
}

// found adds the time since the last look, for each session that waits.
func (w *lockWaits) found(waiting map[string]int64, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	since := now.Sub(w.asked)
	if w.asked.IsZero() {
		since = locksEvery
	}
	w.asked = now
	for kind, sessions := range waiting {
		w.seconds[kind] += float64(sessions) * min(since, locksLongest).Seconds()
	}
}

// told are what was counted.
func (w *lockWaits) told() (seconds map[string]float64, given map[string]int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.seconds), maps.Clone(w.given)
}

// WatchLocks looks each second what this process's sessions wait for, for the metrics of [Store.Meter], until ctx ends. It is a sample:
// a wait that is over between two looks is not seen, and one that is seen counts as long as from the look before. What the store does not tell is not
// counted, and no fault.
func (s *Store) WatchLocks(ctx context.Context) error {
	ticker := time.NewTicker(locksEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			_ = s.lookAtLocks(ctx) // the next look may tell
		}
	}
}

// lookAtLocks is one look.
func (s *Store) lookAtLocks(ctx context.Context) error {
	ids := s.locks.ids()
	if len(ids) == 0 {
		return nil
	}
	waiting := make(map[string]int64)
	err := s.sessionWithin(ctx, locksEvery, func(ctx context.Context, conn *pgxpool.Conn) error {
		_, err := collect(ctx, conn, func(row pgx.CollectableRow) (_ struct{}, err error) {
			var event string
			var sessions int64
			if err = row.Scan(&event, &sessions); err != nil {
				return struct{}{}, err
			}
			kind, known := lockKinds[event]
			if !known {
				kind = otherLock
			}
			waiting[kind] += sessions
			return struct{}{}, nil
		}, `SELECT wait_event, count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = ANY ($1::integer[]) GROUP BY wait_event`, ids)
		return err
	})
	if err == nil {
		s.locks.found(waiting, time.Now())
	}
	return err
}
