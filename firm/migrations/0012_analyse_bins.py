"""The bins of the books are analysed on demand too: they fill by the hundred thousand at once."""

from django.db import migrations

TABLES = (
    "ledger_entry", "ledger_entryline", "ledger_account", "ledger_journal", "ledger_thirdparty",
    "ledger_lettering", "ledger_invoice", "ledger_banktransaction", "ledger_binnedentry",
    "ledger_binnedentryline", "ledger_binnedlettering", "ledger_unletteredline",
    "ledger_binnedinvoice", "ledger_binnedbanktransaction",
)  # fmt: skip
NAMES = ", ".join(f"'{table}'" for table in TABLES)
ANALYSE = f"""
CREATE OR REPLACE FUNCTION app_analyze(target regclass) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF target::text NOT IN ({NAMES}) THEN
        RAISE insufficient_privilege USING MESSAGE = 'this table is not analysed on demand';
    END IF;
    EXECUTE format('ANALYZE %s', target);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("firm", "0011_job_previews")]

    operations = [migrations.RunSQL(ANALYSE, migrations.RunSQL.noop)]
