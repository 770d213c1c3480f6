-- What pseudonyms are made with: set by the program, which has better chance at hand than SQL.
ALTER TABLE store ADD COLUMN secret BLOB;

-- Who was erased, by pseudonym: what still comes of them is told by it.
CREATE TABLE erased (
	pseudonym TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE INDEX message_customer ON message (customer);
CREATE INDEX task_customer ON task (customer);
CREATE INDEX alarm_customer ON alarm (customer);
