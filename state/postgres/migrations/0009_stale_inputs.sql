-- The partitions without which a day was opened, for they could neither be read nor confirm their end: what the news of their topics
-- could clear does not rise on that day. inputs is a set of state.Inputs, since the first day that closed without the partition.
-- Nothing is written here before `tocsin migrate finish`: an earlier program would not wait.
CREATE TABLE stale_input (
	day       integer NOT NULL,
	topic     text COLLATE "C" NOT NULL,
	partition integer NOT NULL,
	inputs    integer NOT NULL,
	since     integer NOT NULL,
	PRIMARY KEY (day, topic, partition)
);
