-- Which day the record is of that a partition stands before, as its owner has told it: true as long as position and epoch are these.
ALTER TABLE position
	ADD COLUMN front       integer NOT NULL DEFAULT 0,
	ADD COLUMN front_next  bigint  NOT NULL DEFAULT -1,
	ADD COLUMN front_epoch bigint  NOT NULL DEFAULT 0;
