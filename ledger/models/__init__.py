"""Tables of the books."""

from ledger.models.anomalies import AnomalyDismissal
from ledger.models.assets import AssetCharge, FixedAsset
from ledger.models.auto_invoices import AutoInvoice, AutoInvoiceRule
from ledger.models.bank import BankAccount, BankTransaction
from ledger.models.bank_files import BankStatement, StatementMapping
from ledger.models.bank_links import BankAlert, BankConnection
from ledger.models.bank_rules import BankRule
from ledger.models.bins import (
    BinnedBankTransaction,
    BinnedEntry,
    BinnedEntryLine,
    BinnedInvoice,
    BinnedInvoiceLine,
    BinnedLettering,
    BinnedRow,
    JobRow,
    SealedArchive,
    UnletteredLine,
)
from ledger.models.chart import Account, FiscalYear, Journal, ThirdParty
from ledger.models.cutoffs import CutOff, CutOffWriting
from ledger.models.duplicates import DuplicateFlag
from ledger.models.entries import Entry, EntryLine, Lettering
from ledger.models.entry_work import (
    EntryDocument,
    EntryFile,
    EntryOrigin,
    EntryTemplate,
    RecurringEntry,
)
from ledger.models.imports import FecFinding, FecImport
from ledger.models.invoice_files import InvoiceFile
from ledger.models.invoices import Invoice, InvoiceLine
from ledger.models.letterings import BankPointing, LetteringProposal
from ledger.models.review import FirmBooks, ReviewSheet, ReviewStep, ReviewYear
from ledger.models.seals import ChainAnchor, EntrySeal, YearSeal
from ledger.models.search import EntryText
from ledger.models.summaries import AccountMonth, JournalMonth, ThirdPartyMonth
from ledger.models.vat import VatReturn, VatSettings

__all__ = [
    "Account",
    "AccountMonth",
    "AnomalyDismissal",
    "AssetCharge",
    "AutoInvoice",
    "AutoInvoiceRule",
    "BankAccount",
    "BankAlert",
    "BankConnection",
    "BankPointing",
    "BankRule",
    "BankStatement",
    "BankTransaction",
    "BinnedBankTransaction",
    "BinnedEntry",
    "BinnedEntryLine",
    "BinnedInvoice",
    "BinnedInvoiceLine",
    "BinnedLettering",
    "BinnedRow",
    "ChainAnchor",
    "CutOff",
    "CutOffWriting",
    "DuplicateFlag",
    "Entry",
    "EntryDocument",
    "EntryFile",
    "EntryLine",
    "EntryOrigin",
    "EntrySeal",
    "EntryTemplate",
    "EntryText",
    "FecFinding",
    "FecImport",
    "FirmBooks",
    "FiscalYear",
    "FixedAsset",
    "Invoice",
    "InvoiceFile",
    "InvoiceLine",
    "JobRow",
    "Journal",
    "JournalMonth",
    "Lettering",
    "LetteringProposal",
    "RecurringEntry",
    "ReviewSheet",
    "ReviewStep",
    "ReviewYear",
    "SealedArchive",
    "StatementMapping",
    "ThirdParty",
    "ThirdPartyMonth",
    "UnletteredLine",
    "VatReturn",
    "VatSettings",
    "YearSeal",
]
