-- Whom the one message of nobody in particular that a person's word becomes is about: an erasure reads his alone, and what is old goes.
ALTER TABLE message ADD COLUMN about TEXT NOT NULL DEFAULT '';
UPDATE message SET about = coalesce(json_extract(CAST(body AS TEXT), '$.customer_id'), '')
	WHERE customer = '' AND case_id >= 'word/' AND case_id < 'word0' AND json_valid(CAST(body AS TEXT));
CREATE INDEX message_about ON message (about, case_id, seq) WHERE about <> '';
CREATE INDEX message_word ON message (at) WHERE about <> '';
CREATE INDEX message_nobody ON message (case_id, seq) WHERE customer = '' AND about = '';
