-- Names sort by their bytes everywhere (COLLATE "C"), as they do in memory: the order in which rows are locked must be one.

-- Each journal row names a configuration: by number, the version stands here once.
CREATE TABLE configuration (
	id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	version text COLLATE "C" NOT NULL UNIQUE,
	text    bytea
);

-- The open day: one row, held shared by each commit and alone by the close. Day 0: none was opened yet.
CREATE TABLE day (
	one    boolean PRIMARY KEY DEFAULT true CHECK (one),
	day    integer NOT NULL,
	config integer NOT NULL
);
INSERT INTO day (day, config) VALUES (0, 0);

-- The day on which the first base limit was known: apart from the open day's row, which commits hold and do not change.
CREATE TABLE first_limit (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	day integer NOT NULL
);

-- The customers that are core on a day, for a segment that reads the class: a share of the whole, so no journal tells it.
CREATE TABLE core (
	day      integer NOT NULL,
	customer text COLLATE "C" NOT NULL,
	PRIMARY KEY (day, customer)
);

CREATE TABLE position (
	topic     text COLLATE "C" NOT NULL,
	partition integer NOT NULL,
	next      bigint  NOT NULL, -- -1: none yet
	epoch     bigint  NOT NULL,
	cluster   text    NOT NULL,
	topic_id  text    NOT NULL,
	PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50); -- each commit rewrites its rows in place

-- The truth. Rows are only ever added, so there is nothing to vacuum but what an aborted commit has left.
CREATE TABLE journal (
	customer text COLLATE "C" NOT NULL,
	seq      bigint  NOT NULL,
	day      integer NOT NULL,
	config   integer NOT NULL,
	applied  bytea   NOT NULL,
	PRIMARY KEY (customer, seq)
);
ALTER TABLE journal ALTER COLUMN applied SET STORAGE EXTERNAL; -- too short and too dense to be worth compressing

CREATE TABLE snapshot (
	customer text COLLATE "C" PRIMARY KEY,
	seq      bigint NOT NULL,
	body     bytea  NOT NULL
);

-- Every customer with a history: a leap from one to the next, not a walk over all rows.
CREATE VIEW customer AS
	WITH RECURSIVE leap (id) AS (
		(SELECT customer FROM journal ORDER BY customer LIMIT 1)
		UNION ALL
		SELECT (SELECT customer FROM journal WHERE customer > leap.id ORDER BY customer LIMIT 1) FROM leap WHERE leap.id IS NOT NULL
	)
	SELECT id FROM leap WHERE id IS NOT NULL UNION SELECT customer FROM snapshot;

CREATE TABLE alarm (
	day      integer NOT NULL,
	customer text COLLATE "C" NOT NULL,
	PRIMARY KEY (day, customer)
);

-- Requests by the SHA-256 of their id, which may be any text.
CREATE TABLE request (
	id  bytea PRIMARY KEY,
	day integer NOT NULL -- the open day when it landed
);
CREATE INDEX request_day ON request (day);

-- Identifiers by the SHA-256 of their parts, which may be longer than an index takes. A row's version is never used before,
-- so a forgotten row's never returns.
CREATE SEQUENCE identity_version;
CREATE TABLE identity (
	key       bytea  PRIMARY KEY,
	scheme    text   NOT NULL,
	value     text   NOT NULL,
	country   text   NOT NULL,
	version   bigint NOT NULL,
	customers text   NOT NULL, -- a JSON array, empty where nobody named it yet
	events    bytea  NOT NULL, -- encoded one after the other
	oldest    bigint NOT NULL  -- when the first of the events was known
);
CREATE INDEX identity_unmatched ON identity (oldest) WHERE customers = '';

-- What has become known of exchange rates. Rows are only ever added: of one base, quote and date each displaces the one before.
CREATE TABLE rate (
	base      text COLLATE "C" NOT NULL,
	quote     text COLLATE "C" NOT NULL,
	rate_date integer NOT NULL,
	seq       bigint  NOT NULL,
	known     integer NOT NULL, -- the open day on which it was known
	event     bytea   NOT NULL,
	PRIMARY KEY (base, quote, rate_date, seq)
);
CREATE INDEX rate_known ON rate (known);

-- What commits owe to people and topics is numbered as it comes.
CREATE TABLE alert (
	row        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	id         text COLLATE "C" NOT NULL,
	seq        bigint   NOT NULL,
	customer   text COLLATE "C" NOT NULL,
	rule_set   text     NOT NULL,
	signal     text COLLATE "C" NOT NULL,
	day        integer  NOT NULL,
	known_at   bigint   NOT NULL,
	from_level smallint NOT NULL,
	to_level   smallint NOT NULL,
	body       bytea,
	PRIMARY KEY (id, seq)
);
CREATE INDEX alert_customer ON alert (customer);

CREATE TABLE task (
	row      bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	id       text COLLATE "C" NOT NULL,
	seq      bigint NOT NULL,
	customer text COLLATE "C" NOT NULL,
	state    text   NOT NULL,
	body     bytea,
	PRIMARY KEY (id, seq)
);

CREATE TABLE message (
	id       text COLLATE "C" NOT NULL UNIQUE,
	case_id  text COLLATE "C" NOT NULL,
	seq      bigint  NOT NULL,
	customer text COLLATE "C" NOT NULL,
	at       bigint  NOT NULL,
	due_at   bigint  NOT NULL,
	held     boolean NOT NULL,
	settled  boolean NOT NULL DEFAULT false, -- delivered, or superseded by a newer one
	body     bytea,
	PRIMARY KEY (case_id, seq)
);
CREATE INDEX message_owed ON message (case_id, seq) WHERE NOT settled;

CREATE TABLE receipt (
	case_id   text COLLATE "C" NOT NULL,
	channel   text COLLATE "C" NOT NULL,
	timestamp text   NOT NULL,
	seq       bigint NOT NULL,
	body      bytea,
	attempt   bigint NOT NULL,
	PRIMARY KEY (case_id, channel)
);

CREATE TABLE dead_letter (
	row           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	topic         text COLLATE "C" NOT NULL,
	partition     integer NOT NULL,
	"offset"      bigint  NOT NULL,
	timestamp     bigint  NOT NULL,
	at            bigint  NOT NULL,
	key           bytea, -- none is not the same as empty
	value         bytea,
	header_keys   bytea[] NOT NULL,
	header_values bytea[] NOT NULL,
	code          text    NOT NULL,
	detail        text    NOT NULL,
	PRIMARY KEY (topic, partition, "offset")
);

-- Rows that still owe a copy to a topic, by the row's number in the one table that is set.
CREATE TABLE publication (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	alert       bigint,
	task        bigint,
	dead_letter bigint
);
