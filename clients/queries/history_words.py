"""The sentence of each kind of event; an upper app's are here too, by their name alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from clients.models import Dossier, DossierGrant, PlanSubscription
from firm import formats

Names = Mapping[int, str]
Words = tuple[str, list[str]]
Say = Callable[[dict[str, Any], Names], Words]

FIELDS = {
    "name": "Nom",
    "siren": "SIREN",
    "siret": "SIRET",
    "legal_form": "Forme juridique",
    "tax_regime": "Régime fiscal",
    "vat_regime": "Régime de TVA",
    "year_end": "Fin d’exercice",
    "takeover_date": "Date de reprise",
    "lock_date": "Date de restriction",
    "lock_mode": "Portée de la restriction",
}
CHOICES = {
    "tax_regime": dict(Dossier.TaxRegime.choices),
    "vat_regime": dict(Dossier.VatRegime.choices),
    "lock_mode": dict(Dossier.LockMode.choices),
}
ROLES = dict(DossierGrant.Role.choices)
PLANS = dict(PlanSubscription.Plan.choices)
# Events whose name says all.
PLAIN = {
    "clients.dossier_created": "Dossier créé",
    "clients.contacts_changed": "Contacts modifiés",
    "clients.disconnected": "Dossier déconnecté du cabinet",
    "clients.connected": "Dossier suivi par un cabinet",
    "clients.reconnected": "Déconnexion du cabinet annulée",
    "clients.firm_invitation_closed": "Invitation du cabinet refusée ou retirée",
    "clients.digest_chosen": "Notifications par e-mail choisies",
    "clients.digest_stopped": "Notifications par e-mail arrêtées",
    "clients.accountants_notified": "Comptables notifiés",
    "clients.lock_exception_ended": "Exception à la date de restriction terminée",
    "clients.lock_passed": "Écriture passée par un administrateur avant la date de restriction",
    "clients.access_request_answered": "Demande d’accès traitée",
    "clients.invited": "Utilisateur invité",
    "clients.invitation_sent": "Invitation envoyée",
    "clients.invitation_revoked": "Invitation révoquée",
    "clients.invitation_accepted": "Invitation acceptée",
    "clients.list_inherited": "Propriétaire du cabinet inscrit sur la liste d’accès",
    "clients.ownership_restored": "Cession annulée, propriétaire rétabli",
    "clients.obligations_planned": "Calendrier des obligations planifié",
    "clients.obligation_decided": "Obligation marquée faite, sans objet ou à faire",
    "clients.obligation_moved": "Échéance d’une obligation changée",
    "clients.obligation_added": "Obligation ajoutée",
    "clients.obligation_removed": "Obligation retirée",
    "clients.tax_profile_changed": "Réglages du calendrier des obligations modifiés",
    "clients.owner_changed": "Propriétaire du dossier changé",
    "ledger.fec_received": "FEC déposé",
    "ledger.fec_corrected": "Zone du FEC corrigée",
    "ledger.fec_confirmed": "Import du FEC confirmé",
    "ledger.fec_imported": "FEC importé",
    "ledger.fec_rejected": "FEC refusé",
    "ledger.fec_undo_asked": "Annulation de l’import demandée",
    "ledger.fec_undone": "Import du FEC annulé",
    "ledger.fec_exported": "FEC exporté",
    "ledger.fec_pack_made": "Dossier de contrôle du FEC préparé",
    "ledger.table_exported": "Tableau exporté",
    "clients.document_kept": "Document déposé",
    "clients.document_trashed": "Document mis à la corbeille",
    "clients.document_restored": "Document repris de la corbeille",
    "ledger.invoice_created": "Facture saisie",
    "ledger.invoice_changed": "Facture modifiée",
    "ledger.document_attached": "Document joint à une facture",
    "ledger.document_detached": "Document retiré d’une facture",
    "ledger.invoice_file_received": "Tableau de factures déposé",
    "ledger.invoice_file_mapped": "Colonnes d’un tableau de factures choisies",
    "ledger.invoice_file_dropped": "Tableau de factures abandonné",
    "ledger.invoices_imported": "Factures importées d’un tableau",
    "ledger.bulk_confirmed": "Travail en masse confirmé",
    "ledger.bulk_archive": "Pièces archivées",
    "ledger.bulk_restore": "Pièces restaurées",
    "ledger.bulk_delete": "Pièces supprimées, archive scellée",
    "ledger.bulk_reset": "Comptabilité réinitialisée, archive scellée",
    "ledger.bulk_undone": "Travail en masse annulé",
    "ledger.bulk_purged": "Corbeille vidée, archive scellée gardée",
    "ledger.third_party_created": "Tiers créé",
    "ledger.third_parties_created": "Tiers créés",
    "ledger.entry_created": "Écriture saisie",
    "ledger.entry_reversed": "Écriture contre-passée",
    "ledger.entries_validated": "Écritures validées",
    "ledger.validation_confirmed": "Validation d’écritures confirmée",
    "ledger.openings_written": "À-nouveaux provisoires écrits",
    "ledger.openings_removed": "À-nouveaux provisoires retirés",
    "ledger.closing_confirmed": "Clôture d’un exercice confirmée",
    "ledger.year_closed": "Exercice clos",
    "ledger.year_locked": "Exercice verrouillé",
    "ledger.year_unlocked": "Exercice déverrouillé",
    "ledger.lines_lettered": "Lignes lettrées",
    "ledger.lines_unlettered": "Lignes délettrées",
    "ledger.lettering_confirmed": "Lettrage automatique confirmé",
    "ledger.letterings_made": "Lettrage automatique fait",
    "ledger.letterings_undone": "Lettrage automatique annulé",
    "ledger.bank_matched": "Opération bancaire rapprochée d’une écriture",
    "ledger.bank_pointed": "Lignes de banque pointées",
    "ledger.bank_pointed_until": "Banque pointée jusqu’à une date",
    "ledger.bank_unpointed": "Lignes de banque dépointées",
    "ledger.entry_removed": "Écriture retirée",
    "ledger.invoice_booked": "Facture comptabilisée",
    "ledger.invoice_unbooked": "Comptabilisation d’une facture annulée",
    "ledger.transaction_booked": "Opération bancaire comptabilisée",
    "ledger.transaction_unbooked": "Comptabilisation d’une opération bancaire annulée",
    "ledger.items_booked": "Factures et opérations comptabilisées",
    "ledger.items_unbooked": "Comptabilisation en lot annulée",
    "ledger.statement_received": "Relevé bancaire déposé",
    "ledger.statement_mapped": "Colonnes d’un relevé choisies",
    "ledger.statement_imported": "Relevé bancaire importé",
    "ledger.statement_dropped": "Relevé bancaire écarté",
    "ledger.statement_undone": "Import d’un relevé annulé",
    "ledger.bank_account_saved": "Compte bancaire enregistré",
    "ledger.bank_connected": "Connexion bancaire enregistrée",
    "ledger.bank_disconnected": "Connexion bancaire arrêtée",
    "ledger.bank_alerted": "Alerte bancaire",
    "ledger.bank_rule_saved": "Règle d’affectation enregistrée",
    "ledger.bank_rule_deleted": "Règle d’affectation supprimée",
    "ledger.bank_rule_switched": "Règle d’affectation activée ou suspendue",
    "ledger.bank_rules_ordered": "Règles d’affectation réordonnées",
    "ledger.review_signed": "Comptes signés dans la révision",
    "ledger.review_signing_undone": "Signatures de révision annulées",
    "ledger.review_withdrawn": "Signature de révision retirée",
    "ledger.review_noted": "Note de révision enregistrée",
    "ledger.review_step_answered": "Étape de révision renseignée",
    "ledger.review_thresholds_set": "Seuils de révision fixés",
    "ledger.booklet_made": "Plaquette établie",
    "ledger.bank_rules_applied": "Règles d’affectation appliquées",
    "ledger.bank_transaction_created": "Opération bancaire saisie",
    "ledger.bank_transaction_described": "Affectation d’une opération bancaire modifiée",
    "ledger.bank_transactions_asked": "Opérations bancaires demandées au client",
    "ledger.bank_transactions_justified": "Opérations bancaires justifiées",
    "ledger.bank_transactions_reopened": "Opérations bancaires remises à comptabiliser",
    "ledger.bank_document_joined": "Document joint à une opération bancaire",
    "ledger.bank_document_parted": "Document retiré d’une opération bancaire",
    "ledger.entry_changed": "Écriture modifiée",
    "ledger.entry_document_attached": "Document joint à une écriture",
    "ledger.entry_document_detached": "Document retiré d’une écriture",
    "ledger.entry_template_saved": "Modèle d’écriture enregistré",
    "ledger.entry_template_deleted": "Modèle d’écriture supprimé",
    "ledger.recurring_entry_saved": "Abonnement enregistré",
    "ledger.recurring_entry_switched": "Abonnement arrêté ou repris",
    "ledger.recurring_entries_written": "Écritures d’abonnements écrites",
    "ledger.recurring_entries_undone": "Écritures d’abonnements retirées",
    "ledger.entry_file_received": "Tableau d’écritures reçu",
    "ledger.entry_file_mapped": "Colonnes d’un tableau d’écritures choisies",
    "ledger.entry_file_dropped": "Tableau d’écritures abandonné",
    "ledger.entry_file_undone": "Import d’écritures annulé",
    "ledger.entries_imported": "Écritures importées d’un tableau",
    "ledger.third_party_changed": "Valeurs par défaut d’un tiers modifiées",
    "ledger.account_created": "Compte créé",
    "ledger.vat_return_started": "Déclaration de TVA commencée",
    "ledger.vat_return_recomputed": "Déclaration de TVA recalculée",
    "ledger.vat_return_changed": "Montants d’une déclaration de TVA modifiés",
    "ledger.vat_return_step": "Déclaration de TVA : changement d’état",
    "ledger.vat_return_deleted": "Brouillon de déclaration de TVA supprimé",
    "ledger.vat_settlement_removed": "Écriture de règlement de TVA retirée",
    "ledger.vat_file_made": "Fichier EDI de TVA produit",
    "ledger.vat_settings_saved": "Réglages de TVA modifiés",
    "ledger.year_opened": "Exercice ouvert",
    "ledger.asset_saved": "Immobilisation enregistrée",
    "ledger.assets_registered": "Lignes immobilisées",
    "ledger.assets_removed": "Immobilisations retirées du registre",
    "ledger.asset_split": "Immobilisation partagée",
    "ledger.asset_charges_written": "Dotations aux amortissements écrites",
    "ledger.asset_charges_undone": "Dotations aux amortissements annulées",
    "ledger.asset_disposed": "Immobilisation sortie",
    "ledger.asset_exit_undone": "Sortie d’immobilisation annulée",
    "ledger.cutoff_saved": "Régularisation enregistrée",
    "ledger.cutoff_removed": "Régularisation retirée",
    "ledger.cutoffs_written": "Régularisations écrites",
    "ledger.cutoffs_reversed": "Régularisations contre-passées",
    "ledger.cutoffs_undone": "Régularisations annulées",
    "ledger.auto_rule_saved": "Règle d’auto-facture enregistrée",
    "ledger.auto_rule_switched": "Règle d’auto-facture activée ou suspendue",
    "ledger.auto_invoices_made": "Auto-factures créées",
    "ledger.duplicates_found": "Doublons repérés",
    "ledger.duplicate_dismissed": "Paire écartée : pas un doublon",
    "ledger.duplicate_archived": "Doublon archivé",
    "ledger.duplicate_reconsidered": "Paire remise à trancher",
    "ledger.anomalies_dismissed": "Anomalies écartées",
    "ledger.anomalies_rule_dismissed": "Règle d’anomalie écartée pour l’exercice",
    "ledger.anomalies_restored": "Anomalies rétablies",
    "ledger.items_kept": "Éléments d’avant la reprise gardés ou rendus",
    "ledger.dossier_exported": "Dossier exporté",
    "ledger.dossier_received": "Archive de dossier reçue",
    "ledger.dossier_imported": "Dossier repris d’une archive",
    "ledger.deletion_asked": "Suppression du dossier demandée",
    "ledger.deletion_cancelled": "Suppression du dossier annulée",
    "ledger.dossier_deleted": "Dossier supprimé",
}
OTHER = "Autre opération"


def sentence(action: str, details: dict[str, Any], names: Names) -> Words:
    """What happened, in French, and the details worth a line of their own."""
    say = SAYINGS.get(action)
    return say(details, names) if say else (PLAIN.get(action, OTHER), [])


def value_of(field: str, kept: object) -> str:
    """A field's value as people read it; « vide » when there is none."""
    text = str(kept or "")
    if not text:
        return "vide"
    if field in CHOICES:
        return CHOICES[field].get(text, text)
    if field in {"siren", "siret"}:
        return formats.siren(text)
    if field in {"year_end", "takeover_date", "lock_date"}:
        return "/".join(reversed(text.split("-")))
    return text


def _changed(details: dict[str, Any], names: Names) -> Words:
    del names
    old, new = details.get("old", {}), details.get("new", {})
    return "Données du dossier modifiées", [
        f"{FIELDS.get(key, key)} : {value_of(key, old.get(key))} → {value_of(key, new[key])}"
        for key in new
    ]


def _granted(details: dict[str, Any], names: Names) -> Words:
    role = str(details.get("role", ""))
    more = [ROLES.get(role, role)]
    if details.get("until"):
        more.append(f"Jusqu’au {_moment(details['until'])}")
    if details.get("reason"):
        more.append(f"Motif : {details['reason']}")
    return f"Accès donné à {_name(details.get('to'), names)}", more


def _revoked(details: dict[str, Any], names: Names) -> Words:
    return f"Accès retiré à {_name(details.get('of'), names)}", []


def _confidential(details: dict[str, Any], names: Names) -> Words:
    listed = ", ".join(_name(person, names) for person in details.get("listed", []))
    if details.get("confidential"):
        return "Dossier rendu confidentiel", [f"Liste d’accès : {listed}"]
    return "Le dossier n’est plus confidentiel", []


def _glass(details: dict[str, Any], names: Names) -> Words:
    del names
    return "Accès d’urgence d’une heure", [f"Motif : {details.get('reason', '')}"]


def _locked(details: dict[str, Any], names: Names) -> Words:
    del names
    new = details.get("new", {})
    more = [f"Motif : {details['reason']}"] if details.get("reason") else []
    if not new.get("date"):
        return "Date de restriction levée", more
    whom = value_of("lock_mode", new.get("mode")).lower()
    return f"Date de restriction portée au {value_of('lock_date', new['date'])}", [
        f"Elle arrête : {whom}",
        *more,
    ]


def _excepted(details: dict[str, Any], names: Names) -> Words:
    who = _name(details.get("to"), names)
    return f"Exception à la date de restriction donnée à {who}", [
        f"Jusqu’au {_moment(details.get('until'))}",
        f"Motif : {details.get('reason', '')}",
    ]


def _offered(details: dict[str, Any], names: Names) -> Words:
    return f"Propriété proposée à {_name(details.get('to'), names)}", []


def _transferred(details: dict[str, Any], names: Names) -> Words:
    old, new = _name(details.get("old"), names), _name(details.get("new"), names)
    return f"Propriété cédée à {new}", [f"Ancien propriétaire : {old}"]


def _kept(details: dict[str, Any], names: Names) -> Words:
    del names
    return "Cession refusée" if details.get("declined") else "Cession retirée", []


def _renewed(details: dict[str, Any], names: Names) -> Words:
    del names
    plan = PLANS.get(str(details.get("plan")), "")
    period = [value_of("takeover_date", details.get(key)) for key in ("starts_on", "ends_on")]
    return f"Formule {plan} renouvelée", [f"du {period[0]} au {period[1]}"]


def _invited(details: dict[str, Any], names: Names) -> Words:
    del names
    return f"Cabinet {details.get('firm', '')} invité à suivre le dossier", []


def _merged(details: dict[str, Any], names: Names) -> Words:
    del names
    return f"Doublon « {details.get('name', '')} » fusionné dans ce dossier", []


def _unmerged(details: dict[str, Any], names: Names) -> Words:
    del names
    return f"Fusion du doublon « {details.get('name', '')} » annulée", []


def _moment(iso: object) -> str:
    return formats.datetime_fr(timezone.localtime(dt.datetime.fromisoformat(str(iso))))


def _name(person: object, names: Names) -> str:
    return names.get(person, "une personne partie") if isinstance(person, int) else "quelqu’un"


SAYINGS: dict[str, Say] = {
    "clients.dossier_changed": _changed,
    "clients.access_granted": _granted,
    "clients.access_revoked": _revoked,
    "clients.confidentiality_changed": _confidential,
    "clients.glass_broken": _glass,
    "clients.lock_exception_allowed": _excepted,
    "clients.lock_moved": _locked,
    "clients.ownership_offered": _offered,
    "clients.ownership_transferred": _transferred,
    "clients.ownership_kept": _kept,
    "clients.plan_renewed": _renewed,
    "clients.firm_invited": _invited,
    "clients.dossier_merged": _merged,
    "clients.merge_undone": _unmerged,
}
