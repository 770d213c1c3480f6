package consumer

import "tocsin/state"

// A snapshot is a cache of the fold of a customer's journal, for whoever loads it next. It costs its bytes when it is written, and
// saves the steps of the rows before it when it is read. Two rules decide:
//
//	outgrown       the rows since the last snapshot have become as many bytes as it has, or very many: the row brings a new one
//	worthSnapshot  a record leaves the cache, and they have become half as many: the next commit brings it
//
// # What that costs
//
// Between two snapshots of s bytes, s bytes of rows are written, or s/2 where the record left memory in between. So snapshots take as
// much as the rows do, or twice as much where no record stays in memory for long. The least numbers of rows are for small customers,
// of whom a snapshot costs the store more than its bytes. A load decodes s bytes and takes the steps of at most as many bytes of rows.
// A step of a very large customer takes longer, too, so there the number of rows is bounded as well: one with 20,000 open invoices has
// 1.3 MB, which are written anew after 2,048 payments. That is 625 bytes for each, beside its row of 206; it was 20,000 bytes for each
// when 64 rows were worth a snapshot, whatever its size. BenchmarkLargeCustomer counts these, and BenchmarkLoadBehindASnapshot times loads.
//
// # Why a snapshot from memory is right
//
// It must be the fold up to its row byte for byte, or `tocsin rebuild` calls it a fault. A record in the cache was folded from rows
// 1 to n by the store's own account, or stepped from row n-1 to row n by a commit that landed, and that a customer has one row n the
// journal's key makes sure. Whether others have appended rows since does not matter: the store leaves a later snapshot in place, and
// an earlier one with the rows behind it gives the same record. Three things must be looked after:
//
//   - A step that changed nothing has no row, but has brought its record to a later day, which the fold is not of. Such a record
//     is not written: see [kept.exact].
//   - Rows that were lost with a database that failed over, and journals that somebody has written anew to erase somebody. Snapshots
//     that wait go with a commit, which is refused where another server answers, or somebody was erased whom its steps do not know
//     of; whatever empties the cache forgets them, and our own erasures drop those whose journals they touch.
//   - A customer who is quarantined. His record is as his last row left it, so nothing is to be done.
const (
	outgrownRows = 32   // at least so many rows for a snapshot while the record stays in memory
	manyRows     = 2048 // so many are always worth one
	leavingRows  = 8    // at least so many when the record leaves

	rowBytes        = 100     // of a row in the store beside what was applied: key, header and index
	snapshotsAtOnce = 4 << 20 // bytes of snapshots in one commit, so that none waits for them; the last one may exceed it
)

// kept is a record in memory with what the store has of it.
type kept struct {
	record   *state.Record
	snapshot uint64     // seq of its newest snapshot
	body     int        // bytes of that
	tail     int        // bytes of the rows since, in the store
	rowDay   state.Date // the day of its last row
	alarm    state.Date // the earliest alarm the store is known to hold; zero: not known
	broken   *Panicked  // why the journal gives no record; nil: it does
	taken    bool       // out of the cache, to be stepped: what it holds may not be committed
	size     int        // bytes that the cache counts it with
	bare     int        // bytes of memory that its record takes but for its texts; zero: not measured since it was loaded
}

// grow takes note of one more row.
func (k *kept) grow(row *state.Entry) {
	k.tail += len(row.Applied) + rowBytes
	k.rowDay = row.Day
}

// rows is how many there are since the snapshot.
func (k *kept) rows() int { return int(k.record.Seq - k.snapshot) }

// exact tells whether the record is as its last row left it.
func (k *kept) exact() bool { return k.broken == nil && k.record.Day == k.rowDay }

// outgrown tells whether the rows since the snapshot have become as large as it is.
func (k *kept) outgrown() bool {
	return k.rows() >= outgrownRows && (k.tail >= k.body || k.rows() >= manyRows) && k.exact()
}

// worthSnapshot tells whether a record that leaves memory is worth a snapshot, if there are enough rows.
func (k *kept) worthSnapshot() bool {
	return 2*k.tail >= k.body && k.exact()
}

// encode is a snapshot of the record as it is. The store has it when its commit has landed.
func (k *kept) encode(id state.CustomerID) state.Snapshot {
	s := state.Snapshot{Customer: id, Seq: k.record.Seq, Body: state.AppendSnapshot(nil, k.record)}
	k.snapshot, k.body, k.tail = s.Seq, len(s.Body), 0
	return s
}

// measure takes note of what the record takes as it stands. That is best done behind a step, while it is in the processor's caches.
func (k *kept) measure() { k.bare = k.record.Footprint(0) }

// footprint is about how many bytes of memory the record takes. What its rows hold is in it as they hold it.
func (k *kept) footprint() int {
	const entry = 250 // of the cache, with the customer's name
	if k.bare == 0 {
		k.measure()
	}
	return k.bare + k.body + max(0, k.tail-k.rows()*rowBytes) + entry
}

// outgrown are the snapshots of records that have outgrown theirs, as the steps of work have left them. What does not go into one
// commit goes with a later step.
func outgrown(work []*group) (all []state.Snapshot) {
	bytes := 0
	for _, g := range work {
		if g.superseded || bytes >= snapshotsAtOnce || !g.kept.outgrown() {
			continue
		}
		s := g.kept.encode(g.customer)
		all, bytes = append(all, s), bytes+len(s.Body)
	}
	return all
}
