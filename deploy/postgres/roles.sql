-- The roles of a store in PostgreSQL 15 or newer, in a schema called tocsin:
--
--   tocsin_owner   owns the schema: tocsin migrate up, tocsin migrate finish
--   tocsin_app     reads and writes rows: tocsin run, tasks, rebuild. It can change no table, and nothing of which migrations ran.
--   tocsin_reader  reads: dashboards, tocsin explain, tocsin rebuild --check. It does not see what pseudonyms are made with.
--
-- Run it in the store's database as a superuser, once before the first `tocsin migrate up` and again after each, for tables that are
-- new are granted then; it may be run as often as one likes:
--
--   psql -d credit -v ON_ERROR_STOP=1 -f roles.sql
--
-- Passwords are yours: \password tocsin_app, or certificates, in pg_hba.conf.

DO $$
DECLARE
	role text;
BEGIN
	FOREACH role IN ARRAY ARRAY['tocsin_owner', 'tocsin_app', 'tocsin_reader'] LOOP
		IF to_regrole(role) IS NULL THEN
			EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', role);
		END IF;
		EXECUTE format('ALTER ROLE %I SET search_path = tocsin', role);
	END LOOP;
END
$$;

-- Nothing that reads may hold up an upgrade for long.
ALTER ROLE tocsin_reader SET statement_timeout = '5min';
ALTER ROLE tocsin_reader SET idle_in_transaction_session_timeout = '1min';

CREATE SCHEMA IF NOT EXISTS tocsin AUTHORIZATION tocsin_owner;
REVOKE ALL ON SCHEMA tocsin FROM PUBLIC;
GRANT USAGE ON SCHEMA tocsin TO tocsin_app, tocsin_reader;

-- The application has its rights on a new table at once, so that what runs goes on after an upgrade.
ALTER DEFAULT PRIVILEGES FOR ROLE tocsin_owner IN SCHEMA tocsin GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tocsin_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tocsin_owner IN SCHEMA tocsin GRANT USAGE ON SEQUENCES TO tocsin_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tocsin TO tocsin_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA tocsin TO tocsin_app;
GRANT SELECT ON ALL TABLES IN SCHEMA tocsin TO tocsin_reader;

DO $$
BEGIN
	IF to_regclass('tocsin.secret') IS NOT NULL THEN
		REVOKE ALL ON tocsin.secret FROM tocsin_reader;
	END IF;
	-- Of the audit rows are only added; an erasure drops what is sealed in them.
	IF to_regclass('tocsin.audit') IS NOT NULL THEN
		REVOKE UPDATE, DELETE ON tocsin.audit FROM tocsin_app;
		GRANT UPDATE (request, customer, body, salt) ON tocsin.audit TO tocsin_app;
		REVOKE INSERT, DELETE ON tocsin.audit_head FROM tocsin_app;
	END IF;
	IF to_regclass('tocsin.tocsin_migration') IS NOT NULL THEN
		REVOKE INSERT, UPDATE, DELETE ON tocsin.tocsin_migration FROM tocsin_app;
	END IF;
	IF to_regclass('tocsin.tocsin_finish') IS NOT NULL THEN
		REVOKE INSERT, UPDATE, DELETE ON tocsin.tocsin_finish FROM tocsin_app;
	END IF;
END
$$;
