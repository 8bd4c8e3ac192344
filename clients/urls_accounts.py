"""Addresses of client accounts: the drawer, the list, the firm's settings, the owner's acts."""

from django.urls import path

from clients.views import (
    accounts,
    accounts_actions,
    accounts_bulk,
    accounts_merges,
    drawer,
    settings,
    transfers,
)

app_name = "accounts"
FIRM = "cabinet/<slug:firm>/"
ACTIONS = "dossier/<slug:slug>/parametres/actions/"
MERGES = "dossier/<slug:slug>/parametres/fusions/"
urlpatterns = [
    path(FIRM + "parametres/", settings.general, name="settings"),
    path(FIRM + "clients/numero/", accounts.company_number, name="number"),
    path(FIRM + "clients/acces-urgence/", drawer.break_in, name="break_glass"),
    path(FIRM + "clients/fusionner/", accounts_merges.merge, name="merge"),
    path(FIRM + "clients/<slug:dossier>/gerer/", drawer.manage, name="drawer"),
    path(FIRM + "comptes/", accounts.account_list, name="list"),
    path(FIRM + "comptes/nouveau/", accounts.new_account, name="new"),
    path(FIRM + "comptes/deconnecter/", accounts_bulk.disconnect_many, name="disconnect_many"),
    path(FIRM + "comptes/restriction/", accounts_bulk.lock_many, name="lock_many"),
    path(FIRM + "comptes/affecter/", accounts_bulk.assign_many, name="assign_many"),
    path(FIRM + "comptes/exporter/", accounts_bulk.export, name="export"),
    path(FIRM + "invitations/<int:pk>/accepter/", accounts.accept, name="accept_client"),
    path(FIRM + "invitations/<int:pk>/refuser/", accounts.decline, name="decline_client"),
    path(MERGES + "<int:pk>/annuler/", accounts_merges.undo, name="undo_merge"),
    path("dossier/<slug:slug>/parametres/compte/", accounts_actions.actions, name="actions"),
    path(ACTIONS + "deconnecter/", accounts_actions.disconnect_one, name="disconnect"),
    path(ACTIONS + "ceder/", accounts_actions.offer, name="offer"),
    path(ACTIONS + "cession/accepter/", accounts_actions.accept_offer, name="accept_offer"),
    path(ACTIONS + "cession/retirer/", accounts_actions.end_offer, name="end_offer"),
    path(ACTIONS + "inviter-un-cabinet/", accounts_actions.invite, name="invite_firm"),
    path(ACTIONS + "inviter-un-cabinet/retirer/", accounts_actions.withdraw, name="withdraw_firm"),
    path("compte/cessions/", transfers.transfers, name="transfers"),
    path("compte/cessions/<int:pk>/annuler/", transfers.undo, name="undo_transfer"),
    path("compte/cessions/deconnexions/<int:pk>/annuler/", transfers.undo_parting,
         name="undo_disconnection"),
    path(ACTIONS + "formule/", accounts_actions.renew, name="renew"),
]  # fmt: skip
