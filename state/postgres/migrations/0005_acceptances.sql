-- Refused records that were accepted after all, by their place.
CREATE TABLE redrive (
	topic     text COLLATE "C" NOT NULL,
	partition integer NOT NULL,
	"offset"  bigint  NOT NULL,
	at        bigint  NOT NULL,
	by        text    NOT NULL,
	outcome   text    NOT NULL,
	PRIMARY KEY (topic, partition, "offset")
);

-- What partitions stand before and cannot read. Rows stay when a person has accepted them.
CREATE TABLE gap (
	id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	topic        text COLLATE "C" NOT NULL,
	partition    integer NOT NULL,
	stands       bigint  NOT NULL, -- position before it; -1: none yet
	from_offset  bigint  NOT NULL, -- -1: not known, as is the next
	to_offset    bigint  NOT NULL,
	is_foreign   boolean NOT NULL, -- the topic or the cluster is another one than the position's
	reason       text    NOT NULL,
	since        bigint  NOT NULL,
	accepted_at  bigint,           -- none: it is open, and the next are none
	accepted_to  bigint,
	accepted_by  text,
	accepted_why text
);
CREATE UNIQUE INDEX gap_open ON gap (topic, partition) WHERE accepted_at IS NULL;
