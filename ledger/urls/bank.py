"""Addresses of Banque."""

from django.urls import path

from ledger.views.bank import (
    accounts,
    booking,
    lists,
    reconciliation,
    rules,
    statements,
    transaction,
)

BASE = "dossier/<slug:slug>/banque/"
ACCOUNTS, STATEMENTS, RULES = f"{BASE}comptes/", f"{BASE}releves/", f"{BASE}regles/"
RECONCILIATION = f"{BASE}rapprochement/"
LINK, STATEMENT, RULE = (
    f"{ACCOUNTS}<int:pk>/connexion/",
    f"{STATEMENTS}<int:pk>/",
    f"{RULES}<int:pk>/",
)
urlpatterns = [
    path(BASE, lists.bank_list, name="bank"),
    path(f"{BASE}nouvelle/", lists.new, name="bank_new"),
    path(f"{BASE}etat/", lists.move_chosen, name="bank_move"),
    path(f"{BASE}comptabiliser/", booking.book_many, name="bank_book"),
    path(f"{BASE}<int:pk>/", transaction.page, name="bank_transaction"),
    path(f"{BASE}<int:pk>/affecter/", transaction.save, name="bank_save"),
    path(f"{BASE}<int:pk>/document/", transaction.document, name="bank_document"),
    path(f"{BASE}<int:pk>/garder/", transaction.keep_one, name="bank_keep"),
    path(ACCOUNTS, accounts.accounts, name="bank_accounts"),
    path(f"{ACCOUNTS}nouveau/", accounts.new, name="bank_account_new"),
    path(f"{ACCOUNTS}<int:pk>/", accounts.edit, name="bank_account"),
    path(LINK, accounts.connection, name="bank_connection"),
    path(f"{LINK}arreter/", accounts.disconnect, name="bank_disconnect"),
    path(f"{LINK}relever/", accounts.poll, name="bank_poll"),
    path(STATEMENTS, statements.statement_list, name="bank_statements"),
    path(STATEMENT, statements.one, name="bank_statement"),
    path(f"{STATEMENT}colonnes/", statements.columns, name="bank_statement_columns"),
    path(f"{STATEMENT}importer/", statements.confirm, name="bank_statement_confirm"),
    path(f"{STATEMENT}ecarter/", statements.drop, name="bank_statement_drop"),
    path(f"{STATEMENT}annuler/", statements.undo, name="bank_statement_undo"),
    path(RECONCILIATION, reconciliation.first, name="reconciliations"),
    path(f"{RECONCILIATION}<int:pk>/", reconciliation.page, name="reconciliation"),
    path(f"{RECONCILIATION}<int:pk>/pointer/", reconciliation.point, name="bank_point"),
    path(f"{RECONCILIATION}<int:pk>/depointer/", reconciliation.unpoint, name="bank_unpoint"),
    path(f"{RECONCILIATION}<int:pk>/rapprocher/", reconciliation.match, name="bank_match"),
    path(
        f"{RECONCILIATION}<int:pk>/tout-pointer/",
        reconciliation.point_until,
        name="bank_point_until",
    ),
    path(RULES, rules.rule_list, name="bank_rules"),
    path(f"{RULES}nouvelle/", rules.new, name="bank_rule_new"),
    path(f"{RULES}apercu/", rules.preview, name="bank_rule_preview"),
    path(f"{RULES}appliquer/", rules.apply, name="bank_rules_apply"),
    path(RULE, rules.edit, name="bank_rule"),
    path(f"{RULE}ordre/", rules.order, name="bank_rule_order"),
    path(f"{RULE}pause/", rules.switch, name="bank_rule_switch"),
    path(f"{RULE}supprimer/", rules.delete, name="bank_rule_delete"),
]
