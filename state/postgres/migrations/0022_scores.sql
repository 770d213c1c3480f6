-- What came of the records of each source on a business day. Who commits adds to the rows of the first partition that he moves.
CREATE TABLE score (
	day            integer NOT NULL,
	source         text COLLATE "C" NOT NULL, -- as sources of the configuration has it; empty: all others
	part           text COLLATE "C" NOT NULL, -- topic/partition
	accepted       bigint  NOT NULL,
	duplicate      bigint  NOT NULL,
	stale          bigint  NOT NULL,
	refused        bigint  NOT NULL,
	parked         bigint  NOT NULL,
	conflicts      bigint  NOT NULL, -- contents of a revision that was known with another
	late           bigint  NOT NULL,
	unknown_fields bigint  NOT NULL,
	unknown_values bigint  NOT NULL,
	misrouted      bigint  NOT NULL, -- whose key is not the customer
	misplaced      bigint  NOT NULL, -- whose key lies on another partition than the Java client chooses
	delay          bigint  NOT NULL, -- of accepted events, together, ms
	longest        bigint  NOT NULL, -- of one, ns
	last           bigint  NOT NULL, -- when the youngest record became known, ns
	PRIMARY KEY (day, source, part)
) WITH (fillfactor = 50);
COMMENT ON TABLE score IS 'Quality of what sources publish, by business day: see tocsin sources. It decides nothing.';

-- Of score.refused, why.
CREATE TABLE score_code (
	day    integer NOT NULL,
	source text COLLATE "C" NOT NULL,
	part   text COLLATE "C" NOT NULL,
	code   text COLLATE "C" NOT NULL,
	count  bigint  NOT NULL,
	PRIMARY KEY (day, source, part, code)
) WITH (fillfactor = 50);
