package postgres

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"tocsin/state"
)

// Commit does all of c in one transaction, or nothing.
//
// The order is the protocol's, and the order in which rows are locked. What a crash leaves:
//
//   - Before COMMIT is in the server's log and synced: nothing. The positions stand at From, so the records are read and
//     stepped again, from the same journal rows, with the same result.
//   - After: everything, at once. Positions stand at To and nothing is stepped twice; a repeated request is told so; the
//     messages and publications owed are rows of this commit, and whoever sends them finds them.
//   - Never a part: there is no alert without its row in the journal, no journal row without its position.
//
// A caller that died between COMMIT and its answer is the second case. A caller that lives and cannot tell has
// [state.ErrUnknown].
func (s *Store) Commit(ctx context.Context, c *state.Commit) error {
	if err := c.Check(); err != nil {
		return err
	}
	b := new(batch)
	// What may refuse the commit comes first. A request that has landed needs no answer to any other question.
	claimRequest(b, c)
	claimRedrives(b, c.Redrives)
	advance(b, c.Positions)
	forgetFigures(b, c.Rewrites)
	first := b
	if c.Alone() {
		b = new(batch)
	}
	lists := s.lists.Load()
	holdDay(b, c.Day, s.known(), lists)
	appendRates(b, c.Rates)
	replaceIdentities(b, c.Identifiers)
	rewrite(b, c)
	park(b, c)
	prove(b, c.Proofs)
	guards, many := b, copies(c)
	if many {
		b = new(batch)
	} else {
		appendEntries(b, c)
		insertTold(b, c)
	}
	appendAffiliates(b, c.Affiliates)
	// Alarms after the rows, so that each tick sees its customer's last one.
	setAlarms(b, c, lists)
	keepDisputants(b, c.Disputants)
	insertEffects(b, c)
	addScores(b, c)
	keepSnapshots(b, c.Snapshots)
	if c.FirstLimit {
		b.add(nil, `INSERT INTO first_limit (day) VALUES ($1) ON CONFLICT DO NOTHING`, c.Day.Date)
	}
	return s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if c.Alone() { // see rewrite and park
			if err := first.send(ctx, tx); err != nil {
				return err
			}
			// By itself: a batch prepares all its statements first, and to prepare one that holds the day takes a lock that two could not
			// both exchange for this one.
			if _, err := tx.Exec(ctx, `LOCK TABLE day IN EXCLUSIVE MODE`); err != nil {
				return err
			}
		}
		if many {
			if err := guards.send(ctx, tx); err != nil {
				return err
			}
			if err := copyEntries(ctx, tx, c); err != nil {
				return err
			}
			if err := copyTold(ctx, tx, c); err != nil {
				return err
			}
		}
		if err := b.send(ctx, tx); err != nil {
			return err
		}
		return chain(ctx, tx, c.Audit)
	})
}

func claimRequest(b *batch, c *state.Commit) {
	if c.Request == "" {
		return
	}
	b.add(all(1, state.ErrRepeated, "request %s", c.Request),
		`INSERT INTO request (id, day) VALUES ($1, $2) ON CONFLICT DO NOTHING`, requestKey(c.Request), c.Day.Date)
}

// requestKey is a request id of any length as the store keeps it.
func requestKey(request string) []byte {
	sum := sha256.Sum256([]byte(request))
	return sum[:]
}

// Landed tells whether a commit has landed under a request id.
func (s *Store) Landed(ctx context.Context, request string) (landed bool, err error) {
	err = s.read(ctx, func(ctx context.Context, db querier) error {
		return db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM request WHERE id = $1)`, requestKey(request)).Scan(&landed)
	})
	return landed, err
}

// advance is the fence. Of two batches from one offset, one finds its row moved. The rows are locked by a statement of their own,
// in order.
func advance(b *batch, positions []state.Advance) {
	if len(positions) == 0 {
		return
	}
	topics := column(positions, func(p *state.Advance) string { return p.Topic })
	partitions := column(positions, func(p *state.Advance) int32 { return p.Partition })
	b.add(nil, `SELECT FROM position AS p JOIN unnest($1::text[], $2::integer[]) AS w (topic, partition)
		ON p.topic = w.topic AND p.partition = w.partition ORDER BY p.topic, p.partition FOR NO KEY UPDATE OF p`, topics, partitions)
	b.add(moved(positions), `UPDATE position AS p SET next = w.next
		FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[]) AS w (topic, partition, was, next, epoch)
		WHERE p.topic = w.topic AND p.partition = w.partition AND `+unmoved, topics, partitions,
		column(positions, func(p *state.Advance) int64 { return p.From }), column(positions, func(p *state.Advance) int64 { return p.To }),
		column(positions, func(p *state.Advance) int64 { return p.Epoch }))
}

func moved(positions []state.Advance) check {
	return func(rows int64, err error) error {
		if err != nil || rows == int64(len(positions)) {
			return err
		}
		names := make([]string, len(positions))
		for i, p := range positions {
			names[i] = fmt.Sprintf("%s/%d from %d", p.Topic, p.Partition, p.From)
		}
		return fmt.Errorf("positions %s: %w", strings.Join(names, ", "), state.ErrFenced)
	}
}

// holdDay holds the day's row shared until COMMIT: the steps read the day and its configuration, from a server that knew all that
// the records in memory are made of. A program that the store does not allow any more finds the day closed, asks for it, and is told.
// So does one that would write lists of alarms into a store that an earlier program may work on.
func holdDay(b *batch, day state.Day, known int, lists bool) {
	least := 0
	if lists {
		least = listSchema
	}
	b.add(all(1, state.ErrDayClosed, "day %v, configuration %q", day.Date, day.Config),
		`SELECT FROM day AS d JOIN configuration AS c ON c.id = d.config
		WHERE d.day <> 0 AND d.day = $1 AND c.version = $2 AND ($3 = '' OR $3 = `+server+`) AND d.erased = $4
			AND d.quarantined = $5 AND d.least BETWEEN $7 AND $6 FOR SHARE OF d`,
		day.Date, day.Config, day.Server, day.Erased, day.Quarantined, known, least)
}

// prove finds that somebody has stepped a customer of whom the commit appends nothing.
func prove(b *batch, proofs []state.Proof) {
	if len(proofs) == 0 {
		return
	}
	b.add(all(0, state.ErrConflict, "a customer of whom nothing changes"),
		`SELECT FROM unnest($1::text[], $2::bigint[]) AS w (customer, seq) WHERE w.seq <> greatest(
			(SELECT max(j.seq) FROM journal AS j WHERE j.customer = w.customer),
			(SELECT s.seq FROM snapshot AS s WHERE s.customer = w.customer), 0) LIMIT 1`,
		column(proofs, func(p *state.Proof) string { return string(p.Customer) }), column(proofs, func(p *state.Proof) int64 { return int64(p.Seq) }))
}

// appendEntries writes the truth. Of two steps from one row, one finds its key taken.
func appendEntries(b *batch, c *state.Commit) {
	for rows := range portions(c.Entries, func(e *state.Entry) int { return len(e.Applied) }) {
		b.add(conflict, `INSERT INTO journal (customer, seq, day, config, applied)
			SELECT w.customer, `+nextSeq+`, $1, (SELECT id FROM configuration WHERE version = $2), w.applied
			FROM (SELECT unnest($3::text[]) AS customer, unnest($4::bigint[]) AS seq, unnest($5::bytea[]) AS applied) AS w`,
			c.Day.Date, c.Day.Config,
			column(rows, func(e *state.Entry) string { return string(e.Customer) }),
			column(rows, func(e *state.Entry) int64 { return int64(e.Seq) }),
			column(rows, func(e *state.Entry) []byte { return e.Applied }))
	}
}

// asComputed is where a row of the journal goes: behind the one that it was computed from.
const asComputed = `w.seq`

// copyEntries is appendEntries for many rows.
func copyEntries(ctx context.Context, tx pgx.Tx, c *state.Commit) error {
	var config int32
	if err := tx.QueryRow(ctx, `SELECT id FROM configuration WHERE version = $1`, c.Day.Config).Scan(&config); err != nil {
		return err
	}
	columns := []string{"customer", "seq", "day", "config", "applied"}
	return conflict(0, copyRows(ctx, tx, "journal", columns, len(c.Entries), func(i int) []any {
		e := &c.Entries[i]
		return []any{string(e.Customer), int64(e.Seq), int32(c.Day.Date), config, e.Applied}
	}))
}

func conflict(_ int64, err error) error {
	var told *pgconn.PgError
	if violates(err, "journal_pkey") && errors.As(err, &told) {
		return fmt.Errorf("journal: %s: %w", told.Detail, state.ErrConflict)
	}
	return err
}

// keepSnapshots replaces older ones, in the order of customers.
func keepSnapshots(b *batch, snapshots []state.Snapshot) {
	newest := make(map[state.CustomerID]state.Snapshot, len(snapshots))
	for _, s := range snapshots {
		if s.Seq >= newest[s.Customer].Seq {
			newest[s.Customer] = s
		}
	}
	rows := sorted(slices.Collect(maps.Values(newest)), func(x, y state.Snapshot) int { return cmp.Compare(x.Customer, y.Customer) })
	for rows := range portions(rows, func(s *state.Snapshot) int { return len(s.Body) }) {
		b.add(nil, `INSERT INTO snapshot AS s (customer, seq, body) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[])
			ON CONFLICT (customer) DO UPDATE SET seq = excluded.seq, body = excluded.body WHERE excluded.seq >= s.seq`,
			column(rows, func(s *state.Snapshot) string { return string(s.Customer) }),
			column(rows, func(s *state.Snapshot) int64 { return int64(s.Seq) }),
			column(rows, func(s *state.Snapshot) []byte { return s.Body }))
	}
}
