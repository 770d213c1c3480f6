-- What came of the records of each source on a business day. Who commits adds to the rows of the first partition that he moves.
CREATE TABLE score (
	day            INTEGER NOT NULL,
	source         TEXT    NOT NULL, -- as sources of the configuration has it; empty: all others
	part           TEXT    NOT NULL, -- topic/partition
	accepted       INTEGER NOT NULL,
	duplicate      INTEGER NOT NULL,
	stale          INTEGER NOT NULL,
	refused        INTEGER NOT NULL,
	parked         INTEGER NOT NULL,
	conflicts      INTEGER NOT NULL, -- contents of a revision that was known with another
	late           INTEGER NOT NULL,
	unknown_fields INTEGER NOT NULL,
	unknown_values INTEGER NOT NULL,
	misrouted      INTEGER NOT NULL, -- whose key is not the customer
	misplaced      INTEGER NOT NULL, -- whose key lies on another partition than the Java client chooses
	delay          INTEGER NOT NULL, -- of accepted events, together, ms
	longest        INTEGER NOT NULL, -- of one, ns
	last           INTEGER NOT NULL, -- when the youngest record became known, ns
	PRIMARY KEY (day, source, part)
) STRICT, WITHOUT ROWID;

-- Of score.refused, why.
CREATE TABLE score_code (
	day    INTEGER NOT NULL,
	source TEXT    NOT NULL,
	part   TEXT    NOT NULL,
	code   TEXT    NOT NULL,
	count  INTEGER NOT NULL,
	PRIMARY KEY (day, source, part, code)
) STRICT, WITHOUT ROWID;
