"""Addresses of « Saisie »: the grid, templates, recurring entries, sheets of entries."""

from django.urls import path

from ledger.views.desk import acts, documents, files, grid, recurring, templates

BOOKS = "dossier/<slug:slug>/comptabilite/"
BASE = f"{BOOKS}saisie/"
MODELS = f"{BASE}modeles/"
ROUND = f"{BASE}abonnements/"
SHEETS = f"{BASE}import/"
ENTRY = f"{BOOKS}ecritures/<int:entry_id>/"
urlpatterns = [
    path(BASE, grid.desk, name="desk"),
    path(f"{BASE}liste/", grid.entry_list, name="desk_list"),
    path(f"{BASE}choix/", grid.choices, name="desk_choices"),
    path(f"{BASE}contrepartie/", grid.proposal, name="desk_proposal"),
    path(f"{BASE}ecritures/", acts.create, name="desk_create"),
    path(f"{BASE}ecritures/<int:entry_id>/", acts.entry, name="desk_entry"),
    path(f"{BASE}documents/", documents.pane, name="desk_documents"),
    path(f"{BASE}documents/<int:pk>/", documents.shown, name="desk_document"),
    path(f"{BASE}retraits/<int:job_id>/annuler/", acts.give_back, name="entry_give_back"),
    path(f"{ENTRY}revenir/", acts.revert, name="entry_revert"),
    path(f"{ENTRY}retirer/", acts.withdraw, name="entry_withdraw"),
    path(f"{ENTRY}copier/", acts.copy, name="entry_copy"),
    path(f"{ENTRY}documents/", documents.attach, name="entry_attach"),
    path(f"{ENTRY}documents/<int:pk>/retirer/", documents.detach, name="entry_detach"),
    path(MODELS, templates.template_list, name="entry_templates"),
    path(f"{MODELS}nouveau/", templates.new, name="entry_template_new"),
    path(f"{MODELS}<int:pk>/", templates.edit, name="entry_template"),
    path(f"{MODELS}<int:pk>/lignes/", templates.lines, name="entry_template_lines"),
    path(f"{MODELS}<int:pk>/supprimer/", templates.delete, name="entry_template_delete"),
    path(ROUND, recurring.recurring_list, name="recurring_entries"),
    path(f"{ROUND}nouveau/", recurring.new, name="recurring_new"),
    path(f"{ROUND}ecrire/", recurring.write, name="recurring_write"),
    path(f"{ROUND}<int:pk>/", recurring.edit, name="recurring_entry"),
    path(f"{ROUND}<int:pk>/arret/", recurring.switch, name="recurring_switch"),
    path(f"{ROUND}ecritures/<int:batch>/annuler/", recurring.undo, name="recurring_undo"),
    path(SHEETS, files.start, name="entry_files"),
    path(f"{SHEETS}<int:pk>/", files.preview, name="entry_file"),
    path(f"{SHEETS}<int:pk>/confirmer/", files.confirm, name="entry_file_confirm"),
    path(f"{SHEETS}<int:pk>/annuler/", files.undo, name="entry_file_undo"),
    path(f"{SHEETS}<int:pk>/abandonner/", files.drop, name="entry_file_drop"),
]
