-- Until when somebody is to take the next step with a customer's review task.
CREATE TABLE clock (
	customer text     COLLATE "C" PRIMARY KEY,
	task     text     COLLATE "C" NOT NULL,
	seq      bigint   NOT NULL, -- of the change that set it
	owner    text     NOT NULL, -- whose the task is
	level    smallint NOT NULL, -- how often others were told already that it is late
	since    bigint   NOT NULL, -- when the time began that is over first, ns
	due      bigint   NOT NULL, -- when it is over
	shortest bigint   NOT NULL, -- of all that run, ns; 0: what runs may have begun after told
	held     boolean  NOT NULL, -- nobody could know of it yet
	told     bigint   NOT NULL, -- when what was withheld was let go; 0: nothing was
	look     bigint   NOT NULL  -- when somebody is to look
);

CREATE INDEX clock_look ON clock (look, customer) WHERE NOT held;
CREATE INDEX clock_held ON clock (customer) WHERE held;
