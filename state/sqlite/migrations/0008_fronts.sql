-- Which day the record is of that a partition stands before, as its owner has told it: true as long as position and epoch are these.
ALTER TABLE position ADD COLUMN front       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE position ADD COLUMN front_next  INTEGER NOT NULL DEFAULT -1;
ALTER TABLE position ADD COLUMN front_epoch INTEGER NOT NULL DEFAULT 0;
