-- The schema that a program must know to work with the store. It is raised by `tocsin migrate finish`, and each commit asks for it:
-- an earlier program that still runs then commits nothing any more.
ALTER TABLE day ADD COLUMN least integer NOT NULL DEFAULT 2;

-- What was dropped when a change was finished, by the file that did it.
CREATE TABLE tocsin_finish (
	version integer PRIMARY KEY,
	file    text NOT NULL,
	sha256  text NOT NULL,
	at      timestamptz NOT NULL DEFAULT now()
);
