-- Alarms of later days as commits write them: one row for all customers of a commit whom a day concerns. When the day has come, they
-- become rows of alarm, which are ticked off one by one. Who is in several rows of a day is still alarmed once.
-- Nothing is written here before `tocsin migrate finish`: an earlier program would not see it.
CREATE TABLE alarm_list (
	day       integer NOT NULL,
	id        bigint  GENERATED ALWAYS AS IDENTITY,
	size      integer NOT NULL,
	customers text[]  COLLATE "C" NOT NULL,
	PRIMARY KEY (day, id)
);
ALTER TABLE alarm_list ALTER COLUMN customers SET STORAGE EXTERNAL; -- is read once; compressing it would cost each commit more than its space
