-- How the outbox has put messages off, so that whoever sends next goes on where it has ended. In waits_in each channel stands between line ends.
ALTER TABLE message ADD COLUMN waits_why smallint NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN waits_since bigint NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN waits_until bigint NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN waits_in text NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN waits_who text NOT NULL DEFAULT '';
CREATE INDEX message_summary ON message (case_id, seq) WHERE customer = '';

CREATE TABLE heard (
	case_id text COLLATE "C" NOT NULL,
	channel text COLLATE "C" NOT NULL,
	seq     bigint  NOT NULL,
	at      bigint  NOT NULL,
	who     text    NOT NULL,
	fresh   boolean NOT NULL,
	PRIMARY KEY (case_id, channel, seq)
);
CREATE INDEX heard_at ON heard (at);
COMMENT ON TABLE heard IS 'Which messages of cases whole channels have heard of in the last days, and on whose budget (notify.budget).';
