-- Rules in which so many customers rose on one day that the cause is likely to be the seller's own.
CREATE TABLE systemic (
	day      integer NOT NULL,
	signal   text COLLATE "C" NOT NULL,
	risen    integer NOT NULL,
	active   integer NOT NULL,
	released bigint NOT NULL DEFAULT 0,
	released_by text   NOT NULL DEFAULT '', -- who let go what is withheld; empty: nobody yet
	PRIMARY KEY (day, signal)
);
COMMENT ON TABLE systemic IS 'Rules in which more than 30 % of the active customers rose to warning or above on one day. What was not sent of them is withheld until tocsin systemic release.';
CREATE INDEX alert_rise ON alert (day);
