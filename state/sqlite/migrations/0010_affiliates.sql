-- What profiles tell of corporate groups, by the journal row that took each in: it is in force from the day after. A name is kept as a
-- digest of what is compared of it, which outlives an erasure under the pseudonym. Profiles from before this table are not in it until
-- they are told again.
CREATE TABLE affiliate (
	customer TEXT    NOT NULL,
	seq      INTEGER NOT NULL,
	known    INTEGER NOT NULL,
	parent   TEXT    NOT NULL, -- empty: none
	name     INTEGER NOT NULL, -- 0: none
	PRIMARY KEY (customer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX affiliate_parent ON affiliate (parent, customer) WHERE parent <> '';
