-- Where each alert and each task stands, so that a page of them reads no more than it shows. Triggers keep it: programs that do not know
-- of it write beside those that do. What tasks are sorted and asked by is in their records; state.KeyOf reads it as task_told does.

-- The newest change of each alert; level 0: it has cleared.
CREATE TABLE alert_now (
	id       TEXT    PRIMARY KEY NOT NULL,
	seq      INTEGER NOT NULL,
	customer TEXT    NOT NULL,
	signal   TEXT    NOT NULL,
	known_at INTEGER NOT NULL,
	level    INTEGER NOT NULL,
	open     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_now_known ON alert_now (known_at, id);
CREATE INDEX alert_now_open ON alert_now (open, known_at, id);
CREATE INDEX alert_now_signal ON alert_now (signal, known_at, id);
CREATE INDEX alert_now_open_signal ON alert_now (open, signal, known_at, id);
CREATE INDEX alert_now_level ON alert_now (level, known_at, id);
CREATE INDEX alert_now_customer ON alert_now (customer, known_at, id);
CREATE INDEX alert_changes ON alert (customer, known_at, id, seq);
CREATE INDEX message_case ON message (customer, case_id, seq);

-- The newest row of each task, with what tasks are sorted and asked by; rank is the negative of the priority's whole units.
CREATE TABLE task_now (
	id       TEXT    PRIMARY KEY NOT NULL,
	seq      INTEGER NOT NULL,
	customer TEXT    NOT NULL,
	state    TEXT    NOT NULL,
	closed   INTEGER NOT NULL,
	owner    TEXT    NOT NULL,
	severity TEXT    NOT NULL,
	due      TEXT    NOT NULL,
	rank     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX task_now_due ON task_now (closed, due, rank, id);
CREATE INDEX task_now_owner ON task_now (closed, owner, due, rank, id);
CREATE INDEX task_now_severity ON task_now (closed, severity, due, rank, id);
CREATE INDEX task_now_state ON task_now (state, due, rank, id);
CREATE INDEX task_now_customer ON task_now (customer, due, rank, id);

-- What cannot be read tells nothing, and holds nobody up.
CREATE VIEW task_told AS
	SELECT id, seq, customer, state, closed, coalesce(owner, '') AS owner, coalesce(severity, '') AS severity,
		CASE WHEN coalesce(due, '') = '' THEN '~'
			WHEN length(due) >= 20 AND due LIKE '%Z' THEN substr(due, 1, 19) || '.' || substr(replace(substr(due, 21), 'Z', '') || '000000000', 1, 9)
			ELSE due END AS due,
		CASE WHEN amount GLOB '[0-9]*' AND amount NOT GLOB '*[^0-9.]*' AND instr(amount || '.', '.') <= 19 THEN -CAST(amount AS INTEGER) ELSE 1 END AS rank
	FROM (SELECT id, seq, customer, state, state = 'closed' AS closed, told ->> '$.owner' AS owner, told ->> '$.severity' AS severity,
			told ->> '$.due' AS due, told ->> '$.priority.amount' AS amount
		FROM (SELECT *, CASE WHEN json_valid(CAST(body AS TEXT)) THEN CAST(body AS TEXT) ELSE '{}' END AS told FROM task));

CREATE TRIGGER alert_is_new AFTER INSERT ON alert BEGIN
	INSERT INTO alert_now VALUES (NEW.id, NEW.seq, NEW.customer, NEW.signal, NEW.known_at, NEW.to_level, NEW.to_level > 0)
	ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, customer = excluded.customer, signal = excluded.signal,
		known_at = excluded.known_at, level = excluded.level, open = excluded.open WHERE alert_now.seq <= excluded.seq;
END;
CREATE TRIGGER alert_is_gone AFTER DELETE ON alert BEGIN
	DELETE FROM alert_now WHERE id = OLD.id;
	INSERT INTO alert_now SELECT id, seq, customer, signal, known_at, to_level, to_level > 0 FROM alert WHERE id = OLD.id ORDER BY seq DESC LIMIT 1;
END;
CREATE TRIGGER task_is_new AFTER INSERT ON task BEGIN
	INSERT INTO task_now SELECT * FROM task_told WHERE id = NEW.id AND seq = NEW.seq
	ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, customer = excluded.customer, state = excluded.state, closed = excluded.closed,
		owner = excluded.owner, severity = excluded.severity, due = excluded.due, rank = excluded.rank WHERE task_now.seq <= excluded.seq;
END;
CREATE TRIGGER task_is_gone AFTER DELETE ON task BEGIN
	DELETE FROM task_now WHERE id = OLD.id;
	INSERT INTO task_now SELECT * FROM task_told WHERE id = OLD.id ORDER BY seq DESC LIMIT 1;
END;

INSERT INTO alert_now SELECT id, seq, customer, signal, known_at, to_level, to_level > 0
	FROM alert AS a WHERE seq = (SELECT max(seq) FROM alert WHERE id = a.id);
INSERT INTO task_now SELECT * FROM task_told AS t WHERE seq = (SELECT max(seq) FROM task WHERE id = t.id);
