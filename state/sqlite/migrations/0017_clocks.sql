-- Until when somebody is to take the next step with a customer's review task.
CREATE TABLE clock (
	customer TEXT    PRIMARY KEY,
	task     TEXT    NOT NULL,
	seq      INTEGER NOT NULL, -- of the change that set it
	owner    TEXT    NOT NULL, -- whose the task is
	level    INTEGER NOT NULL, -- how often others were told already that it is late
	since    INTEGER NOT NULL, -- when the time began that is over first, ns
	due      INTEGER NOT NULL, -- when it is over
	shortest INTEGER NOT NULL, -- of all that run, ns; 0: what runs may have begun after told
	held     INTEGER NOT NULL, -- 1: nobody could know of it yet
	told     INTEGER NOT NULL, -- when what was withheld was let go; 0: nothing was
	look     INTEGER NOT NULL  -- when somebody is to look
) STRICT, WITHOUT ROWID;

CREATE INDEX clock_look ON clock (look, customer) WHERE held = 0;
CREATE INDEX clock_held ON clock (customer) WHERE held = 1;
