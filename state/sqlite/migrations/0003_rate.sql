-- What has become known of exchange rates. Rows are only ever added: of one base, quote and date each displaces the one before.
CREATE TABLE rate (
	base      TEXT    NOT NULL,
	quote     TEXT    NOT NULL,
	rate_date INTEGER NOT NULL,
	seq       INTEGER NOT NULL,
	known     INTEGER NOT NULL, -- the open day on which it was known
	event     BLOB    NOT NULL,
	PRIMARY KEY (base, quote, rate_date, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX rate_known ON rate (known);
