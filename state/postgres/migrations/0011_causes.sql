-- The batches that many customers dispute, so that the goods are at fault, by the day from which on that is in force. Rows are only ever
-- added, by whoever closes a day, and none before `tocsin migrate finish`: to an earlier program they would excuse nobody.
CREATE TABLE cause (
	batch text COLLATE "C" PRIMARY KEY,
	since integer NOT NULL
);

-- The customers at whose disputes a close has to look, up to a day: no journal is read for those of all others. What an earlier program
-- took of disputes counts from the customer's next event on.
CREATE TABLE disputant (
	customer text COLLATE "C" PRIMARY KEY,
	until    integer NOT NULL
);
CREATE INDEX disputant_until ON disputant (until);
