-- Refused records that were accepted after all, by their place.
CREATE TABLE redrive (
	topic     TEXT    NOT NULL,
	partition INTEGER NOT NULL,
	"offset"  INTEGER NOT NULL,
	at        INTEGER NOT NULL,
	by        TEXT    NOT NULL,
	outcome   TEXT    NOT NULL,
	PRIMARY KEY (topic, partition, "offset")
) STRICT, WITHOUT ROWID;

-- What partitions stand before and cannot read. Rows stay when a person has accepted them.
CREATE TABLE gap (
	id           INTEGER PRIMARY KEY,
	topic        TEXT    NOT NULL,
	partition    INTEGER NOT NULL,
	stands       INTEGER NOT NULL, -- position before it; -1: none yet
	from_offset  INTEGER NOT NULL, -- -1: not known, as is the next
	to_offset    INTEGER NOT NULL,
	is_foreign   INTEGER NOT NULL, -- the topic or the cluster is another one than the position's
	reason       TEXT    NOT NULL,
	since        INTEGER NOT NULL,
	accepted_at  INTEGER,          -- none: it is open, and the next are none
	accepted_to  INTEGER,
	accepted_by  TEXT,
	accepted_why TEXT
) STRICT;
CREATE UNIQUE INDEX gap_open ON gap (topic, partition) WHERE accepted_at IS NULL;
