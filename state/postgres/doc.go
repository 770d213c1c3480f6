// Package postgres keeps a [state.Store] in PostgreSQL 15 or newer: the store for any number of processes.
//
// A location is a connection URL. One store is one schema, the first of its search_path; several may share a database:
//
//	postgres://tocsin@db.example/credit?search_path=tocsin
//
// The password may stand in the URL; better it stands in the file that the variable PGPASSFILE names, one line
// host:port:database:user:password, readable for its owner alone. No error tells it. Between the store and the server there may be a
// pooler that gives each client a session of its own, but none that shares sessions between transactions.
//
// Who migrates a store needs more rights than who runs it: deploy/postgres/roles.sql makes a role for each, and one that only reads.
//
// What is committed survives the death of this process, of the database's and of its machine. A session that dies or freezes
// inside a transaction loses its locks: the timeouts of [Options] see to it, so that no frozen process holds a partition or
// the day for longer. A server that does not answer, or not in time, is [state.ErrUnavailable]; the store itself tries nothing
// twice.
//
// # Correctness
//
// It rests on three rows and on nothing that a process believes to hold: a position is compared and set, a journal row has
// a primary key, and the row of the open day is held shared by each commit and alone by the close. That row is asked together
// with the life of the server that answers ([state.Day.Server]): one that was started anew, or another one after a failover,
// may lack commits that a record in memory holds.
//
// All rows are locked in one order, which is the order of [Store.Commit]: request, positions, figures, day, rates, identifiers, journal,
// alarms, and what follows, and last of all the audit's head, by those alone who add to it; each kind sorted by its key, and new rows of
// a kind before those that are there. So transactions wait for each other and never block each other; what a deadlock would need is
// written beside each step that could make one.
//
// # Why
//
// Rows are appended with arrays (INSERT … SELECT unnest), one statement for each table and all of them in one batch:
// a commit takes three round trips however many rows it has, and two more where it adds to the audit. COPY would save the server some
// parsing, cost a round trip for each table, and could not leave alone what is there.
//
// Alarms of later days go into lists, one row for each day of a commit. When the day has come they become rows, thousands at once, by
// whoever asks what is due; those are ticked off one by one. As rows from the beginning, each looked up and put into two indexes, they
// took half of the server's time for a commit of many customers (4.5 of 10 µs an event) and a third of its log. What it costs instead:
// who has left memory is listed again by his next step, and an erasure walks through all lists.
//
// Statements are planned once, for any size of the tables: sessions are told not to hash, merge or walk what an index finds, or a
// plan that was made while a table was empty would walk through it a million rows later.
//
// The figures that people query are written by the close of a day for those whom its days have touched, not by each commit: a commit
// that rewrote them would cost more than all its other rows. Whom a day has touched is told by a block range index on the journal's
// days, which appends do not maintain; a list of its own, or a tree, would be written by each.
//
// A close waits in the queue of the day's table before it asks for the row. A row that is held shared is handed on from one
// commit to the next as long as they overlap, and the close may wait long for it; the queue of a table is fair.
package postgres
