"""Addresses of sign-in, of one's account and of the embedded mailbox, at the root.

The names `account_…` and `mfa_…` are those that allauth looks up.
"""

from __future__ import annotations

from allauth.mfa.recovery_codes import views as codes
from django.urls import path, re_path

from firm import context, navigation
from firm.access import public
from firm.views import account as entrance
from firm.views import notifications, outbox, own, profile, security, tokens

context.register_space(own.describe)
navigation.register(own.menu)

both = own.own_page("GET", "POST")
read = own.own_page("GET")

urlpatterns = [
    path("connexion/", public(entrance.SignIn.as_view()), name="account_login"),
    path("connexion/code/", public(entrance.CodeAtSignIn.as_view()), name="mfa_authenticate"),
    path("connexion/inactif/", public(entrance.Inactive.as_view()), name="account_inactive"),
    path("deconnexion/", public(entrance.SignOut.as_view()), name="account_logout"),
    path("mot-de-passe/", public(entrance.Forgotten.as_view()), name="account_reset_password"),
    path(
        "mot-de-passe/envoye/", public(entrance.LinkSent.as_view()),
        name="account_reset_password_done",
    ),
    path(
        "mot-de-passe/enregistre/", public(entrance.PasswordSet.as_view()),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        public(entrance.PasswordByLink.as_view()), name="account_reset_password_from_key",
    ),
    path("compte/", profile.profile, name="account"),
    path("compte/confirmer/", both(entrance.Confirm.as_view()), name="account_reauthenticate"),
    path("compte/confirmer/code/", both(entrance.ConfirmByCode.as_view()),
        name="mfa_reauthenticate"),
    path("compte/securite/", security.security, name="mfa_index"),
    path(
        "compte/securite/mot-de-passe/", both(security.ChangePassword.as_view()),
        name="account_change_password",
    ),
    path(
        "compte/securite/application/activer/", both(security.ActivateApplication.as_view()),
        name="mfa_activate_totp",
    ),
    path(
        "compte/securite/application/desactiver/", both(security.DeactivateApplication.as_view()),
        name="mfa_deactivate_totp",
    ),
    path("compte/securite/codes/", read(codes.ViewRecoveryCodesView.as_view()),
         name="mfa_view_recovery_codes"),
    path("compte/securite/codes/renouveler/", both(security.RenewCodes.as_view()),
         name="mfa_generate_recovery_codes"),
    path("compte/securite/codes/telecharger/", read(security.DownloadCodes.as_view()),
         name="mfa_download_recovery_codes"),
    path("compte/securite/sessions/<int:session_id>/deconnecter/", security.sign_out_one,
         name="session_end"),
    path("compte/securite/sessions/deconnecter-les-autres/", security.sign_out_others,
         name="sessions_end_others"),
    path("compte/jetons/", tokens.token_list, name="account_tokens"),
    path("compte/jetons/nouveau/", tokens.new_token, name="account_token_new"),
    path("compte/jetons/<int:token_id>/revoquer/", tokens.revoke, name="account_token_revoke"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<str:name>/", outbox.outbox_letter, name="outbox_letter"),
    path("outbox/<str:name>/html/", outbox.outbox_html, name="outbox_html"),
]  # fmt: skip
