-- Where each alert and each task stands, so that a page of them reads no more than it shows. Triggers keep it: programs that do not know
-- of it write beside those that do. What tasks are sorted and asked by is in their records; state.KeyOf reads it as task_told does.
CREATE TABLE alert_now (
	id       text COLLATE "C" PRIMARY KEY,
	seq      bigint   NOT NULL,
	customer text COLLATE "C" NOT NULL,
	signal   text COLLATE "C" NOT NULL,
	known_at bigint   NOT NULL,
	level    smallint NOT NULL,
	open     boolean  NOT NULL
);
COMMENT ON TABLE alert_now IS 'The newest change of each alert; level 0: it has cleared.';
CREATE INDEX alert_now_known ON alert_now (known_at, id);
CREATE INDEX alert_now_open ON alert_now (open, known_at, id);
CREATE INDEX alert_now_signal ON alert_now (signal, known_at, id);
CREATE INDEX alert_now_open_signal ON alert_now (open, signal, known_at, id);
CREATE INDEX alert_now_level ON alert_now (level, known_at, id);
CREATE INDEX alert_now_customer ON alert_now (customer, known_at, id);
CREATE INDEX alert_changes ON alert (customer, known_at, id, seq);
CREATE INDEX message_case ON message (customer, case_id, seq);

CREATE TABLE task_now (
	id       text COLLATE "C" PRIMARY KEY,
	seq      bigint  NOT NULL,
	customer text COLLATE "C" NOT NULL,
	state    text COLLATE "C" NOT NULL,
	closed   boolean NOT NULL,
	owner    text COLLATE "C" NOT NULL,
	severity text COLLATE "C" NOT NULL,
	due      text COLLATE "C" NOT NULL,
	rank     bigint  NOT NULL
);
COMMENT ON TABLE task_now IS 'The newest row of each task, with what tasks are sorted and asked by; rank is the negative of the priority''s whole units.';
CREATE INDEX task_now_due ON task_now (closed, due, rank, id);
CREATE INDEX task_now_owner ON task_now (closed, owner, due, rank, id);
CREATE INDEX task_now_severity ON task_now (closed, severity, due, rank, id);
CREATE INDEX task_now_state ON task_now (state, due, rank, id);
CREATE INDEX task_now_customer ON task_now (customer, due, rank, id);

-- What cannot be read tells nothing, and holds nobody up.
CREATE FUNCTION task_told(body bytea, OUT owner text, OUT severity text, OUT due text, OUT rank bigint) LANGUAGE plpgsql AS $$
DECLARE
	told json;
	amount text;
BEGIN
	BEGIN
		told := convert_from(body, 'UTF8')::json;
		owner := told ->> 'owner';
		severity := told ->> 'severity';
		due := told ->> 'due';
		amount := told -> 'priority' ->> 'amount';
	EXCEPTION WHEN OTHERS THEN
		owner := NULL; severity := NULL; due := NULL; amount := NULL;
	END;
	owner := coalesce(owner, '');
	severity := coalesce(severity, '');
	due := coalesce(nullif(due, ''), '~');
	IF length(due) >= 20 AND right(due, 1) = 'Z' THEN
		due := substr(due, 1, 19) || '.' || substr(replace(substr(due, 21), 'Z', '') || '000000000', 1, 9);
	END IF;
	rank := CASE WHEN amount ~ '^[0-9]{1,18}(\.[0-9]+)?$' THEN -split_part(amount, '.', 1)::bigint ELSE 1 END;
END $$;

CREATE FUNCTION alert_is_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		DELETE FROM alert_now WHERE id = OLD.id;
		INSERT INTO alert_now SELECT id, seq, customer, signal, known_at, to_level, to_level > 0
			FROM alert WHERE id = OLD.id ORDER BY seq DESC LIMIT 1;
	END IF;
	IF TG_OP <> 'DELETE' THEN
		INSERT INTO alert_now VALUES (NEW.id, NEW.seq, NEW.customer, NEW.signal, NEW.known_at, NEW.to_level, NEW.to_level > 0)
		ON CONFLICT (id) DO UPDATE SET seq = EXCLUDED.seq, customer = EXCLUDED.customer, signal = EXCLUDED.signal,
			known_at = EXCLUDED.known_at, level = EXCLUDED.level, open = EXCLUDED.open WHERE alert_now.seq <= EXCLUDED.seq;
	END IF;
	RETURN NULL;
END $$;

CREATE FUNCTION task_is_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		DELETE FROM task_now WHERE id = OLD.id;
		INSERT INTO task_now SELECT t.id, t.seq, t.customer, t.state, t.state = 'closed', f.*
			FROM (SELECT * FROM task WHERE id = OLD.id ORDER BY seq DESC LIMIT 1) AS t, task_told(t.body) AS f;
	END IF;
	IF TG_OP <> 'DELETE' THEN
		INSERT INTO task_now SELECT NEW.id, NEW.seq, NEW.customer, NEW.state, NEW.state = 'closed', f.* FROM task_told(NEW.body) AS f
		ON CONFLICT (id) DO UPDATE SET seq = EXCLUDED.seq, customer = EXCLUDED.customer, state = EXCLUDED.state, closed = EXCLUDED.closed,
			owner = EXCLUDED.owner, severity = EXCLUDED.severity, due = EXCLUDED.due, rank = EXCLUDED.rank WHERE task_now.seq <= EXCLUDED.seq;
	END IF;
	RETURN NULL;
END $$;

CREATE TRIGGER alert_is_now AFTER INSERT OR UPDATE OR DELETE ON alert FOR EACH ROW EXECUTE FUNCTION alert_is_now();
CREATE TRIGGER task_is_now AFTER INSERT OR UPDATE OR DELETE ON task FOR EACH ROW EXECUTE FUNCTION task_is_now();

INSERT INTO alert_now SELECT DISTINCT ON (id) id, seq, customer, signal, known_at, to_level, to_level > 0 FROM alert ORDER BY id, seq DESC;
INSERT INTO task_now SELECT t.id, t.seq, t.customer, t.state, t.state = 'closed', f.*
	FROM (SELECT DISTINCT ON (id) * FROM task ORDER BY id, seq DESC) AS t, task_told(t.body) AS f;
