-- Counts up with each customer who is quarantined or released: a step that does not know of it could be one of his.
ALTER TABLE store ADD COLUMN quarantined INTEGER NOT NULL DEFAULT 0;

-- Customers whose steps panic.
CREATE TABLE quarantine (
	customer TEXT PRIMARY KEY,
	day      INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	reason   TEXT    NOT NULL,
	stack    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- What came of them since, in order.
CREATE TABLE parked (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	customer TEXT    NOT NULL,
	day      INTEGER NOT NULL,
	applied  BLOB    NOT NULL,
	records  BLOB
) STRICT;
CREATE INDEX parked_customer ON parked (customer, id);
