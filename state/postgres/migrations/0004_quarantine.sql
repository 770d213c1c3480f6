-- Counts up with each customer who is quarantined or released: a step that does not know of it could be one of his.
ALTER TABLE day ADD COLUMN quarantined integer NOT NULL DEFAULT 0;

-- Customers whose steps panic.
CREATE TABLE quarantine (
	customer text COLLATE "C" PRIMARY KEY,
	day      integer NOT NULL,
	at       bigint  NOT NULL,
	reason   text    NOT NULL,
	stack    text    NOT NULL
);

-- What came of them since, in order.
CREATE TABLE parked (
	id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	customer text COLLATE "C" NOT NULL,
	day      integer NOT NULL,
	applied  bytea NOT NULL,
	records  bytea
);
CREATE INDEX parked_customer ON parked (customer, id);
