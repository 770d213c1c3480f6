-- The customers that are core on a day, for a segment that reads the class: a share of the whole, so no journal tells it.
CREATE TABLE core (
	day      INTEGER NOT NULL,
	customer TEXT    NOT NULL,
	PRIMARY KEY (day, customer)
) STRICT, WITHOUT ROWID;
