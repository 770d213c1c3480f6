-- How the outbox has put messages off, so that whoever sends next goes on where it has ended. In waits_in each channel stands between line ends.
ALTER TABLE message ADD COLUMN waits_why INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN waits_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN waits_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN waits_in TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN waits_who TEXT NOT NULL DEFAULT '';
CREATE INDEX message_summary ON message (case_id, seq) WHERE customer = '';

-- Which messages of cases whole channels have heard of in the last days, and on whose budget (notify.budget).
CREATE TABLE heard (
	case_id TEXT    NOT NULL,
	channel TEXT    NOT NULL,
	seq     INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	who     TEXT    NOT NULL,
	fresh   INTEGER NOT NULL,
	PRIMARY KEY (case_id, channel, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX heard_at ON heard (at);
