"""The walls of the bins."""

from django.db import migrations

from firm.migration_ops import TenantTable

BINS = (
    "binnedentry",
    "binnedentryline",
    "binnedlettering",
    "binnedinvoice",
    "binnedinvoiceline",
    "binnedbanktransaction",
    "unletteredline",
    "jobrow",
    "binnedrow",
    "sealedarchive",
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0014_bins")]

    operations = [TenantTable(name) for name in BINS]
