"""Addresses of VAT."""

from django.urls import path

from ledger.views.vat import lists, one, papers

BASE = "dossier/<slug:slug>/comptabilite/tva/"
ONE = f"{BASE}<int:pk>/"
urlpatterns = [
    path(BASE, lists.returns, name="vat"),
    path(f"{BASE}nouvelle/", lists.start, name="vat_start"),
    path(f"{BASE}reglages/", lists.settings, name="vat_settings"),
    path(f"{BASE}taux/", lists.rate, name="vat_rate"),
    path(ONE, one.page, name="vat_return"),
    path(f"{ONE}cases/<str:code>/", one.box, name="vat_box"),
    path(f"{ONE}montants/", one.amounts, name="vat_amounts"),
    path(f"{ONE}etape/", one.step, name="vat_step"),
    path(f"{ONE}reponse/", one.answer, name="vat_answer"),
    path(f"{ONE}accuse/", papers.acknowledgement, name="vat_acknowledgement"),
    path(f"{ONE}supprimer/", one.delete, name="vat_delete"),
    path(f"{ONE}edi/", papers.xml, name="vat_file"),
    path(f"{ONE}pdf/", papers.pdf, name="vat_pdf"),
]
