-- The batches that many customers dispute, so that the goods are at fault, by the day from which on that is in force. Rows are only ever
-- added, by whoever closes a day, and none before `tocsin migrate finish`: to an earlier program they would excuse nobody.
CREATE TABLE cause (
	batch TEXT    NOT NULL PRIMARY KEY,
	since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The customers at whose disputes a close has to look, up to a day: no journal is read for those of all others. What an earlier program
-- took of disputes counts from the customer's next event on.
CREATE TABLE disputant (
	customer TEXT    NOT NULL PRIMARY KEY,
	until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX disputant_until ON disputant (until);
