-- Up to which day each dossier in write scope is locked, and what lets this person pass: '' nothing,
-- 'admin' (a soft lock does not stop the firm's administrators), 'exception' (a reason, until a moment).
-- The shared lock makes a change of the lock date and a write before it wait for one another; a check
-- alone let two thirds of such races through.
CREATE FUNCTION app_lock_dates() RETURNS TABLE (dossier bigint, until date, mode text, pass text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('lock date', s.id))
    FROM unnest(app_in_write_scope()) AS s (id);
    RETURN QUERY
        SELECT d.id, d.lock_date, d.lock_mode::text, CASE
            WHEN EXISTS (SELECT 1 FROM clients_lockexception x WHERE x.dossier_id = d.id
                AND x.user_id = app_user() AND x.until > clock_timestamp()) THEN 'exception'
            WHEN d.lock_mode = 'users' AND EXISTS (SELECT 1 FROM firm_membership m
                WHERE m.user_id = app_user() AND m.firm_id = d.firm_id
                AND m.role IN ('owner', 'admin')) THEN 'admin'
            ELSE '' END
        FROM clients_dossier d
        WHERE d.id IN (SELECT unnest(app_in_write_scope())) AND d.lock_mode <> 'none'
          AND d.lock_date IS NOT NULL;
END $$;

-- Refuse what touches a locked day, or write down once a transaction that somebody passed.
CREATE FUNCTION app_keep_locked(locked_dossier bigint, met date, locked_until date, mode text, pass text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF pass = '' THEN
        RAISE check_violation USING CONSTRAINT = 'lock_date',
            MESSAGE = format('dossier %s is locked until %s', locked_dossier, locked_until),
            DETAIL = format('%s %s %s', locked_until, mode, met);
    END IF;
    IF coalesce(current_setting('app.lock_passed', true), '') <> txid_current()::text THEN
        PERFORM set_config('app.lock_passed', txid_current()::text, true);
        INSERT INTO firm_auditevent (id, firm_id, dossier_id, user_id, action, details)
        VALUES (gen_random_uuid(), app_firm(), locked_dossier, app_user(), 'clients.lock_passed',
            jsonb_build_object('by', pass, 'date', met, 'until', locked_until));
    END IF;
END $$;
