-- Whether people know of what a clock runs for. 0: as far as anybody can tell; 1: they are not told yet, for that is put off; 2: somebody has
-- it in hand, or they were told of what had been put off.
ALTER TABLE clock ADD COLUMN off smallint NOT NULL DEFAULT 0;
