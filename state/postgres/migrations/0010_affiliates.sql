-- What profiles tell of corporate groups, by the journal row that took each in: it is in force from the day after. A name is kept as a
-- digest of what is compared of it, which outlives an erasure under the pseudonym. Profiles from before this table are not in it until
-- they are told again.
CREATE TABLE affiliate (
	customer text COLLATE "C" NOT NULL,
	seq      bigint  NOT NULL,
	known    integer NOT NULL,
	parent   text COLLATE "C" NOT NULL, -- empty: none
	name     bigint  NOT NULL, -- 0: none
	PRIMARY KEY (customer, seq)
);
CREATE INDEX affiliate_parent ON affiliate (parent, customer) WHERE parent <> '';
