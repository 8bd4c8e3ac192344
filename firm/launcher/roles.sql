-- Roles, database and extensions of the product.  For psql, as a superuser, as often as wanted.
--
-- On a server of your own, give the roles that sign in a password afterwards:
--   \password firm_owner     \password firm_app     \password firm_backup
--
-- None of them is a superuser.  firm_app obeys row-level security: it is what web and workers are.
\set ON_ERROR_STOP on
SET client_min_messages = warning;

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['firm_owner', 'firm_app', 'firm_backup', 'firm_search'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I', wanted);
        END IF;
    END LOOP;
END
$$;

-- Owns the tables, runs the migrations, makes the test databases.
ALTER ROLE firm_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- Web and workers.  The server ends a statement two seconds after its client has died.
ALTER ROLE firm_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE firm_app SET client_connection_check_interval = '2s';

-- Reads every row for the backup, and writes none.
ALTER ROLE firm_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;
ALTER ROLE firm_backup SET default_transaction_read_only = on;
GRANT pg_read_all_data TO firm_backup;

-- Owns the one audited search function; nobody signs in as it.
ALTER ROLE firm_search NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;

-- The owner may become these two (tests, the search function) and has their rights only then.
DO $$
BEGIN
    IF current_setting('server_version_num')::int >= 160000 THEN
        EXECUTE 'GRANT firm_app TO firm_owner WITH INHERIT FALSE, SET TRUE';
        EXECUTE 'GRANT firm_search TO firm_owner WITH INHERIT FALSE, SET TRUE';
    ELSE
        ALTER ROLE firm_owner NOINHERIT;
        GRANT firm_app, firm_search TO firm_owner;
    END IF;
END
$$;

-- In template1 too, so that the test databases have the extensions.
\connect template1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;

\connect postgres
SELECT 'CREATE DATABASE firm OWNER firm_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'firm')
\gexec
REVOKE ALL ON DATABASE firm FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE firm TO firm_owner, firm_app;
GRANT CONNECT ON DATABASE firm TO firm_backup;

\connect firm
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;
