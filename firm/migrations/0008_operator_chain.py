"""A question for whoever runs the installation: is every firm's audit chain whole?

A link is broken when its event is gone or says something else, when it does not follow the link
before it, or when the chain ends elsewhere than where the firm's next event would be chained.
"""

from django.db import migrations

VERIFY = """
CREATE FUNCTION operator_broken_chains() RETURNS TABLE (firm bigint, seq bigint, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH links AS (
        SELECT s.firm_id, s.seq, s.digest, s.previous, e.id IS NULL AS is_gone,
            sha256(s.previous || audit_event_bytes(e)) AS due,
            lag(s.digest, 1, ''::bytea) OVER chain AS before,
            lag(s.seq, 1, 0::bigint) OVER chain AS rank_before
        FROM firm_auditseal s LEFT JOIN firm_auditevent e ON e.id = s.event_id
        WINDOW chain AS (PARTITION BY s.firm_id ORDER BY s.seq)
    ), faults AS (
        SELECT firm_id, seq, CASE
            WHEN is_gone THEN 'gone' WHEN digest <> due THEN 'changed'
            WHEN previous <> before OR seq <> rank_before + 1 THEN 'unlinked' END AS fault
        FROM links
        UNION ALL
        SELECT c.firm_id, c.seq, 'cut' FROM firm_auditchain c
        WHERE NOT EXISTS (SELECT 1 FROM firm_auditseal s
                          WHERE s.firm_id = c.firm_id AND s.seq = c.seq AND s.digest = c.digest)
        UNION ALL
        SELECT coalesce(e.firm_id, 0), NULL, 'unsealed' FROM firm_auditevent e
        WHERE NOT EXISTS (SELECT 1 FROM firm_auditseal s WHERE s.event_id = e.id)
    )
    SELECT DISTINCT ON (firm_id) firm_id, seq, fault FROM faults WHERE fault IS NOT NULL
    ORDER BY firm_id, seq NULLS LAST
$$;
GRANT USAGE, CREATE ON SCHEMA public TO firm_search;
GRANT SELECT ON firm_auditseal, firm_auditevent, firm_auditchain TO firm_search;
ALTER FUNCTION operator_broken_chains() OWNER TO firm_search;
REVOKE CREATE ON SCHEMA public FROM firm_search;
SET LOCAL ROLE firm_search;
REVOKE ALL ON FUNCTION operator_broken_chains() FROM PUBLIC, firm_app;
GRANT EXECUTE ON FUNCTION operator_broken_chains() TO firm_owner, firm_backup;
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("firm", "0007_kept_answers")]

    operations = [
        migrations.RunSQL(
            VERIFY, "SET LOCAL ROLE firm_search; DROP FUNCTION operator_broken_chains(); RESET ROLE"
        ),
    ]
