"""Addresses of « Lettrage »."""

from django.urls import path

from ledger.views.lettering import batches, lines

BASE = "dossier/<slug:slug>/comptabilite/lettrage/"
BATCH = f"{BASE}propositions/<int:job_id>/"
urlpatterns = [
    path(BASE, lines.letterings, name="letterings"),
    path(f"{BASE}lettrer/", lines.letter, name="letter"),
    path(f"{BASE}delettrer/", lines.unletter_lines, name="unletter_lines"),
    path(f"{BASE}delettrer/<int:lettering_id>/", lines.unletter_one, name="unletter"),
    path(f"{BASE}relettrer/", lines.letter_again, name="letter_again"),
    path(f"{BASE}proposer/", batches.propose, name="lettering_propose"),
    path(BATCH, batches.page, name="lettering_batch"),
    path(f"{BATCH}choisir/", batches.choose, name="lettering_choose"),
    path(f"{BATCH}confirmer/", batches.confirm, name="lettering_confirm"),
    path(f"{BATCH}abandonner/", batches.give_up, name="lettering_give_up"),
    path(f"{BATCH}annuler/", batches.undo, name="lettering_undo"),
]
