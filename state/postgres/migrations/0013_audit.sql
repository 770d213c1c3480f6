-- What people have done, one row a deed, each hashed with the one before it. Nothing is written here before `tocsin migrate finish`: an
-- earlier program would decide without a row, and would not drop from it what is of a customer who is erased.
CREATE TABLE audit (
	seq      bigint PRIMARY KEY,
	at       bigint NOT NULL,
	by       text   NOT NULL,
	via      text   NOT NULL,
	deed     text   NOT NULL,
	request  text   COLLATE "C", -- this and the next three are null once the customer is erased
	customer text   COLLATE "C",
	body     bytea,
	salt     bytea,
	seal     bytea  NOT NULL, -- hash of these four
	hash     bytea  NOT NULL
);
CREATE INDEX audit_customer ON audit (customer);

-- Where the chain ends. Who adds to it locks this row last of all.
CREATE TABLE audit_head (
	one  boolean PRIMARY KEY DEFAULT true CHECK (one),
	seq  bigint  NOT NULL,
	hash bytea   NOT NULL
);
INSERT INTO audit_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));
