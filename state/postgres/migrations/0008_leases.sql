-- Roles that only one process may have at a time.
CREATE TABLE lease (
	role   text PRIMARY KEY,
	holder text        NOT NULL, -- names one life of one process; empty: nobody has the role
	turn   bigint      NOT NULL, -- how often the role has changed hands
	until  timestamptz NOT NULL  -- others may take it then, if it is not renewed
);

COMMENT ON TABLE lease IS 'Which instance sends messages (role outbox) and which copies rows to topics (role publisher). It is its holder''s until somebody else takes it, from until on; a process that is gone is followed by another one within seconds. To have the role change hands, stop the holder.';
