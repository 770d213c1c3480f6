-- How many customers are erased: a step that does not know of each of them could bring one back.
ALTER TABLE day ADD COLUMN erased integer NOT NULL DEFAULT 0;

-- What pseudonyms are made with: 244 bits of chance.
CREATE TABLE secret (
	one    boolean PRIMARY KEY DEFAULT true CHECK (one),
	secret bytea NOT NULL
);
INSERT INTO secret (secret) VALUES (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

-- Who was erased, by pseudonym: what still comes of them is told by it.
CREATE TABLE erased (
	pseudonym text COLLATE "C" PRIMARY KEY
);

CREATE INDEX message_customer ON message (customer);
CREATE INDEX task_customer ON task (customer);
CREATE INDEX alarm_customer ON alarm (customer);
