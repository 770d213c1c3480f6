-- Rules in which so many customers rose on one day that the cause is likely to be the seller's own.
CREATE TABLE systemic (
	day      INTEGER NOT NULL,
	signal   TEXT    NOT NULL,
	risen    INTEGER NOT NULL,
	active   INTEGER NOT NULL,
	released INTEGER NOT NULL DEFAULT 0,
	released_by       TEXT    NOT NULL DEFAULT '', -- who let go what is withheld; empty: nobody yet
	PRIMARY KEY (day, signal)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_rise ON alert (day);
