-- Each journal row names a configuration: by number, the version stands here once.
CREATE TABLE configuration (
	id      INTEGER PRIMARY KEY,
	version TEXT NOT NULL UNIQUE,
	text    BLOB
) STRICT;

-- What the whole store shares: one row. Day 0: none was opened yet.
CREATE TABLE store (
	one              INTEGER PRIMARY KEY CHECK (one = 1),
	day              INTEGER NOT NULL,
	config           INTEGER NOT NULL,
	first_limit      INTEGER NOT NULL,
	identity_version INTEGER NOT NULL -- the last one given out; never goes back, so a forgotten row's version never returns
) STRICT;
INSERT INTO store VALUES (1, 0, 0, 0, 0);

CREATE TABLE position (
	topic     TEXT    NOT NULL,
	partition INTEGER NOT NULL,
	next      INTEGER NOT NULL, -- -1: none yet
	epoch     INTEGER NOT NULL,
	cluster   TEXT    NOT NULL,
	topic_id  TEXT    NOT NULL,
	PRIMARY KEY (topic, partition)
) STRICT, WITHOUT ROWID;

-- The truth. Rows stand in the order in which they were committed: a table without rowid, ordered by its key, took bulk
-- commits at less than half the rate.
CREATE TABLE journal (
	customer TEXT    NOT NULL,
	seq      INTEGER NOT NULL,
	day      INTEGER NOT NULL,
	config   INTEGER NOT NULL,
	applied  BLOB    NOT NULL,
	PRIMARY KEY (customer, seq)
) STRICT;

CREATE TABLE snapshot (
	customer TEXT PRIMARY KEY,
	seq      INTEGER NOT NULL,
	body     BLOB    NOT NULL
) STRICT;

-- Every customer with a history: a leap from one to the next, not a walk over all rows.
CREATE VIEW customer AS
	WITH RECURSIVE leap (id) AS (
		SELECT min(customer) FROM journal
		UNION ALL
		SELECT (SELECT min(customer) FROM journal WHERE customer > id) FROM leap WHERE id IS NOT NULL
	)
	SELECT id FROM leap WHERE id IS NOT NULL UNION SELECT customer FROM snapshot;

CREATE TABLE alarm (
	day      INTEGER NOT NULL,
	customer TEXT    NOT NULL,
	PRIMARY KEY (day, customer)
) STRICT, WITHOUT ROWID;

CREATE TABLE request (
	id  TEXT PRIMARY KEY,
	day INTEGER NOT NULL -- the open day when it landed
) STRICT, WITHOUT ROWID;
CREATE INDEX request_day ON request (day);

CREATE TABLE identity (
	scheme    TEXT    NOT NULL,
	value     TEXT    NOT NULL,
	country   TEXT    NOT NULL,
	version   INTEGER NOT NULL,
	customers TEXT    NOT NULL, -- a JSON array, empty where nobody named it yet
	events    BLOB,             -- encoded, none where nothing is known of it
	oldest    INTEGER NOT NULL, -- when the first of the events was known
	PRIMARY KEY (scheme, value, country)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_unmatched ON identity (oldest) WHERE customers = '';

CREATE TABLE alert (
	id         TEXT    NOT NULL,
	seq        INTEGER NOT NULL,
	customer   TEXT    NOT NULL,
	rule_set   TEXT    NOT NULL,
	signal     TEXT    NOT NULL,
	day        INTEGER NOT NULL,
	known_at   INTEGER NOT NULL,
	from_level INTEGER NOT NULL,
	to_level   INTEGER NOT NULL,
	body       BLOB,
	PRIMARY KEY (id, seq)
) STRICT;
CREATE INDEX alert_customer ON alert (customer);

CREATE TABLE task (
	id       TEXT    NOT NULL,
	seq      INTEGER NOT NULL,
	customer TEXT    NOT NULL,
	state    TEXT    NOT NULL,
	body     BLOB,
	PRIMARY KEY (id, seq)
) STRICT;

CREATE TABLE message (
	id       TEXT    NOT NULL UNIQUE,
	case_id  TEXT    NOT NULL,
	seq      INTEGER NOT NULL,
	customer TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	due_at   INTEGER NOT NULL,
	held     INTEGER NOT NULL,
	settled  INTEGER NOT NULL, -- delivered, or superseded by a newer one
	body     BLOB,
	PRIMARY KEY (case_id, seq)
) STRICT;
CREATE INDEX message_owed ON message (case_id, seq) WHERE settled = 0;

CREATE TABLE receipt (
	case_id   TEXT    NOT NULL,
	channel   TEXT    NOT NULL,
	timestamp TEXT    NOT NULL,
	seq       INTEGER NOT NULL,
	body      BLOB,
	attempt   INTEGER NOT NULL,
	PRIMARY KEY (case_id, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letter (
	id        INTEGER PRIMARY KEY,
	topic     TEXT    NOT NULL,
	partition INTEGER NOT NULL,
	"offset"  INTEGER NOT NULL,
	timestamp INTEGER NOT NULL,
	at        INTEGER NOT NULL,
	record    BLOB    NOT NULL, -- key, value and headers as they came
	code      TEXT    NOT NULL,
	detail    TEXT    NOT NULL,
	UNIQUE (topic, partition, "offset")
) STRICT;

-- Rows that still owe a copy to a topic, by the row's number in the one table that is set.
CREATE TABLE publication (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	alert       INTEGER,
	task        INTEGER,
	dead_letter INTEGER
) STRICT;
