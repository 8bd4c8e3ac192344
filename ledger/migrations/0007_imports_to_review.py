"""Keep the counter of imports that wait for a decision, wherever their state is changed."""

from django.db import migrations

# One statement-level trigger a command (transition tables allow no other way): an import changes
# its state in a dozen places, and a forgotten one would show work that is not there.
KEEP = """
CREATE FUNCTION ledger_fecimport_to_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT dossier_id) INTO touched FROM after_rows WHERE state = 'to_review';
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT dossier_id) INTO touched FROM before_rows
        WHERE state = 'to_review';
    ELSE
        SELECT array_agg(DISTINCT a.dossier_id) INTO touched
        FROM after_rows a JOIN before_rows b USING (dossier_id, id)
        WHERE (a.state = 'to_review') <> (b.state = 'to_review');
    END IF;
    IF touched IS NOT NULL THEN
        UPDATE clients_dossierstats s SET imports_to_review = (
            SELECT count(*) FROM ledger_fecimport f
            WHERE f.dossier_id = s.dossier_id AND f.state = 'to_review')
        WHERE s.dossier_id = ANY (touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_fecimport_to_review_insert AFTER INSERT ON ledger_fecimport
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_fecimport_to_review();
CREATE TRIGGER ledger_fecimport_to_review_update AFTER UPDATE ON ledger_fecimport
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_fecimport_to_review();
CREATE TRIGGER ledger_fecimport_to_review_delete AFTER DELETE ON ledger_fecimport
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_fecimport_to_review();
"""
DROP = "DROP FUNCTION ledger_fecimport_to_review() CASCADE;"
# What an installation already holds; the walls are lifted for the owner, who sees nothing else.
COUNT = """
ALTER TABLE clients_dossierstats NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_fecimport NO FORCE ROW LEVEL SECURITY;
UPDATE clients_dossierstats s SET imports_to_review = f.waiting
FROM (SELECT dossier_id, count(*) AS waiting FROM ledger_fecimport
      WHERE state = 'to_review' GROUP BY 1) f
WHERE f.dossier_id = s.dossier_id;
ALTER TABLE ledger_fecimport FORCE ROW LEVEL SECURITY;
ALTER TABLE clients_dossierstats FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0015_portfolio"), ("ledger", "0006_entry_texts")]

    operations = [
        migrations.RunSQL(KEEP, DROP),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
