-- Nothing dated on or before the lock date is written, changed or taken away, old and new dates alike
-- (PCG 921-3 leaves drafts free; a lock date is the firm's own promise, see DECISIONS.md).
-- Arguments: the date column; the columns whose change counts (lettering, for one, stays free).
CREATE FUNCTION ledger_keep_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lock record; met date; touched text := 'fresh';
    dated CONSTANT text := TG_ARGV[0]; counted CONSTANT text := TG_ARGV[1];
BEGIN
    FOR lock IN SELECT * FROM app_lock_dates() LOOP
        IF TG_OP = 'DELETE' THEN
            touched := 'gone';
        ELSIF TG_OP = 'UPDATE' THEN
            touched := format('((SELECT %1$s FROM gone EXCEPT SELECT %1$s FROM fresh)'
                ' UNION ALL (SELECT %1$s FROM fresh EXCEPT SELECT %1$s FROM gone)) changed', counted);
        END IF;
        EXECUTE format('SELECT min(%1$I) FROM %2$s WHERE dossier_id = $1 AND %1$I <= $2', dated, touched)
            INTO met USING lock.dossier, lock.until;
        IF met IS NOT NULL THEN
            PERFORM app_keep_locked(lock.dossier, met, lock.until, lock.mode, lock.pass);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
