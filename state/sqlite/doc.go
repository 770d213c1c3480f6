// Package sqlite keeps a [state.Store] in one file: the embedded default, for one process.
//
// The file is the store's own as long as it is open; a second process is refused with [ErrInUse]. It may be opened for
// reading beside the process that owns it. Beside it stand SQLite's -wal and -shm files and a .lock file; a copy of the
// store is a copy of the closed file, or one made by `sqlite3 … .backup`.
//
// Nothing that was committed is deleted but what belongs to customers who are erased, alarms that were stepped, snapshots that a
// newer one replaces, request ids of 90 days ago, scores of sources of 400, what the canary was owed before, events that never found
// a customer, and the note that a row waits for its topic. What is deleted is overwritten.
//
// What is committed survives kill -9 and a power cut: the journal mode is WAL and each commit is synced (synchronous=FULL).
// One connection writes, and writers wait for each other in this process; readers see what was last committed and never
// wait. A writing call that has its turn runs to its end even when its context is cancelled: the answer would be lost, not
// the transaction.
//
// # Why
//
// One writer takes the place of the row locks of the commit protocol: BEGIN IMMEDIATE orders all commits, so the open
// day's row needs no shared lock and rows no order. Everything else of the protocol stands as it would with many writers:
// positions and journal keys are compared in the transaction, and nothing rests on what a process believes to hold.
//
// The lock is on a file of its own because SQLite's exclusive locking mode would shut out this process's readers, and
// closing any other descriptor of the database file would drop SQLite's own locks.
package sqlite
