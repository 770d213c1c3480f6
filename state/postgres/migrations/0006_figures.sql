-- The figures of each customer as of a close, for people and programs that query by SQL. Nothing in Tocsin reads them.
CREATE TABLE figures (
	customer           text COLLATE "C" PRIMARY KEY,
	as_of              date NOT NULL,
	currency           text,
	minor_digits       smallint NOT NULL,
	open_orders        bigint,
	delivered_not_invoiced bigint,
	receivables        bigint,
	bills              bigint,
	uncleared          bigint,
	unapplied          bigint,
	exposure           bigint,
	net_exposure       bigint,
	credit_limit       bigint,
	utilisation        numeric,
	ageing_current     bigint,
	ageing_1_30        bigint,
	ageing_31_60       bigint,
	ageing_61_90       bigint,
	ageing_91_plus     bigint,
	overdue            bigint,
	max_days_past_due  integer,
	open_count         integer,
	default_90         boolean,
	weighted_days_late numeric,
	dbt                numeric,
	dso_average        numeric,
	dso_count_back     numeric,
	dso_ageing         numeric,
	average_days_delinquent numeric,
	ecl                bigint,
	score              integer,
	grade              text,
	customer_class     text,
	signals            jsonb NOT NULL,
	not_evaluable      jsonb NOT NULL
) WITH (fillfactor = 80); -- each close rewrites the rows of those whom it concerns, in place where there is room

COMMENT ON TABLE figures IS 'One row for each customer: the customer record as of the close of as_of, the last one before which something of the customer changed. It is written by that close, in its transaction. A customer of whom nothing has changed since keeps the row; what only time does to it (days past due, ageing, standing limits) is as of that day. Customers who were merged or erased have none. Amounts are in minor units of currency; divide by 10 ^ minor_digits. Null: cannot be computed.';
COMMENT ON COLUMN figures.customer IS 'Customer id as the publishers have it.';
COMMENT ON COLUMN figures.as_of IS 'The closed business day that the figures are of.';
COMMENT ON COLUMN figures.currency IS 'Currency of all amounts (ISO 4217): the customer''s reporting currency, else the ledger''s, else that of limit or earliest document. Null: nothing tells it yet.';
COMMENT ON COLUMN figures.minor_digits IS 'Decimals of the currency: amounts divided by 10 ^ minor_digits are in its major unit.';
COMMENT ON COLUMN figures.open_orders IS 'Ordered and not yet delivered, minor units.';
COMMENT ON COLUMN figures.delivered_not_invoiced IS 'Delivered and not yet invoiced, minor units.';
COMMENT ON COLUMN figures.receivables IS 'Open invoices less credits, by document, minor units.';
COMMENT ON COLUMN figures.bills IS 'Commercial bills received and not yet matured, minor units.';
COMMENT ON COLUMN figures.uncleared IS 'Payments received that can still come back, minor units.';
COMMENT ON COLUMN figures.unapplied IS 'Cash received and not yet applied to invoices, minor units.';
COMMENT ON COLUMN figures.exposure IS 'All of it less what is unapplied: what is at stake, minor units.';
COMMENT ON COLUMN figures.net_exposure IS 'Exposure less what covers pay, minor units.';
COMMENT ON COLUMN figures.credit_limit IS 'Limit in force with temporary increases, minor units. Null: none on file.';
COMMENT ON COLUMN figures.utilisation IS 'Exposure by limit, 3 decimals: 1.000 is the whole limit.';
COMMENT ON COLUMN figures.ageing_current IS 'Receivables that are not past due, minor units.';
COMMENT ON COLUMN figures.ageing_1_30 IS 'Receivables 1 to 30 days past due, minor units.';
COMMENT ON COLUMN figures.ageing_31_60 IS 'Receivables 31 to 60 days past due, minor units.';
COMMENT ON COLUMN figures.ageing_61_90 IS 'Receivables 61 to 90 days past due, minor units.';
COMMENT ON COLUMN figures.ageing_91_plus IS 'Receivables more than 90 days past due, minor units.';
COMMENT ON COLUMN figures.overdue IS 'Receivables past due, minor units.';
COMMENT ON COLUMN figures.max_days_past_due IS 'Days past due of the oldest open invoice as of as_of; 0: nothing is overdue.';
COMMENT ON COLUMN figures.open_count IS 'Open invoices.';
COMMENT ON COLUMN figures.default_90 IS 'In default by the 90 days rule.';
COMMENT ON COLUMN figures.weighted_days_late IS 'Days past due weighted by amount, 2 decimals. Null: nothing is overdue.';
COMMENT ON COLUMN figures.dbt IS 'Days beyond terms, 1 decimal.';
COMMENT ON COLUMN figures.dso_average IS 'Days sales outstanding, average method, 2 decimals.';
COMMENT ON COLUMN figures.dso_count_back IS 'Days sales outstanding, count-back method, 2 decimals.';
COMMENT ON COLUMN figures.dso_ageing IS 'Days sales outstanding, ageing method, 2 decimals.';
COMMENT ON COLUMN figures.average_days_delinquent IS 'Average days delinquent (add in the customer record), 2 decimals.';
COMMENT ON COLUMN figures.ecl IS 'Expected credit loss, minor units.';
COMMENT ON COLUMN figures.score IS 'Score, 0 to 100. Null: not scored.';
COMMENT ON COLUMN figures.grade IS 'Grade: excellent, good, fair, watch, bad. Null: not graded.';
COMMENT ON COLUMN figures.customer_class IS 'Class of the customer, such as new, established or core.';
COMMENT ON COLUMN figures.signals IS 'Live signals that stand: an array of objects with signal, level, reason, since, level_since.';
COMMENT ON COLUMN figures.not_evaluable IS 'Names of signals for which there is not enough history: an array.';

-- Up to which closed day the figures are written.
ALTER TABLE day ADD COLUMN figures integer NOT NULL DEFAULT 0;

-- Which customers a day has touched. Rows come in the order of days, so a few bytes for each range of pages find them, and an append
-- writes nothing into them.
CREATE INDEX journal_day ON journal USING brin (day) WITH (pages_per_range = 32, autosummarize = on);
