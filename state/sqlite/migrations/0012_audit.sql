-- What people have done, one row a deed, each hashed with the one before it. Nothing is written here before `tocsin migrate finish`: an
-- earlier program would decide without a row, and would not drop from it what is of a customer who is erased.
CREATE TABLE audit (
	seq      INTEGER NOT NULL PRIMARY KEY,
	at       INTEGER NOT NULL,
	by       TEXT    NOT NULL,
	via      TEXT    NOT NULL,
	deed     TEXT    NOT NULL,
	request  TEXT, -- this and the next three are null once the customer is erased
	customer TEXT,
	body     BLOB,
	salt     BLOB,
	seal     BLOB    NOT NULL, -- hash of these four
	hash     BLOB    NOT NULL
) STRICT;
CREATE INDEX audit_customer ON audit (customer);

-- Where the chain ends.
CREATE TABLE audit_head (
	one  INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
	seq  INTEGER NOT NULL,
	hash BLOB    NOT NULL
) STRICT;
INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, zeroblob(32));
