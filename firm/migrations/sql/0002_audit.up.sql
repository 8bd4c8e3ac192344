-- The trail only grows, and each event is chained to the one before it in its firm.
CREATE TABLE firm_auditchain (firm_id bigint PRIMARY KEY, seq bigint NOT NULL, digest bytea NOT NULL);

CREATE FUNCTION audit_event_bytes(e firm_auditevent) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT convert_to(jsonb_build_array('v1', e.id, e.firm_id, e.dossier_id, e.user_id, e.action,
        e.details, extract(epoch FROM e.at))::text, 'UTF8')
$$;

-- At commit, so that the firm's chain is locked for the commit alone and not for a long import.
CREATE FUNCTION firm_auditevent_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE firm bigint := coalesce(NEW.firm_id, 0); link firm_auditchain;
BEGIN
    INSERT INTO firm_auditchain AS c VALUES (firm, 0, ''::bytea) ON CONFLICT DO NOTHING;
    SELECT * INTO link FROM firm_auditchain WHERE firm_id = firm FOR UPDATE;
    INSERT INTO firm_auditseal (event_id, firm_id, seq, previous, digest)
    VALUES (NEW.id, firm, link.seq + 1, link.digest, sha256(link.digest || audit_event_bytes(NEW)));
    UPDATE firm_auditchain c SET seq = link.seq + 1,
        digest = sha256(link.digest || audit_event_bytes(NEW)) WHERE c.firm_id = firm;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER firm_auditevent_seal AFTER INSERT ON firm_auditevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION firm_auditevent_seal();

CREATE FUNCTION firm_auditevent_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'the audit trail only grows';
END $$;
CREATE TRIGGER firm_auditevent_frozen BEFORE UPDATE OR DELETE ON firm_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION firm_auditevent_frozen();
CREATE TRIGGER firm_auditseal_frozen BEFORE UPDATE OR DELETE ON firm_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION firm_auditevent_frozen();
