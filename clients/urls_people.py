"""Addresses about people: the firm’s page, its roles, a dossier’s page, an invitation’s link."""

from django.urls import include, path

from clients.views import (
    people,
    people_assign,
    people_dossier,
    people_leave,
    people_link,
    people_person,
    people_roles,
)

app_name = "people"
firm = [
    path("", people.person_list, name="list"),
    path("export/", people.export, name="export"),
    path("inviter/", people.invite, name="invite"),
    path("affecter/", people_assign.assign, name="assign"),
    path("demander/", people_assign.ask, name="ask"),
    path("demandes/<int:request_id>/", people_assign.answer, name="answer"),
    path("revue/", people_assign.access_review, name="review"),
    path("invitations/<uuid:invitation_id>/envoyer/", people.send_invitation, name="send"),
    path("invitations/<uuid:invitation_id>/revoquer/", people.revoke_invitation, name="revoke"),
    path("<int:user_id>/", people_person.person, name="person"),
    path("<int:user_id>/role/", people_person.change_role, name="role"),
    path("<int:user_id>/bloquer/", people_person.block, name="block"),
    path("<int:user_id>/debloquer/", people_person.unblock, name="unblock"),
    path("<int:user_id>/detacher/", people_person.detach, name="detach"),
    path("<int:user_id>/retirer/", people_person.detach_from_dossier, name="withdraw"),
    path("<int:user_id>/adresse/", people_person.change_address, name="address"),
    path("<int:user_id>/depart/", people_person.leaving, name="leaving"),
    path("<int:user_id>/remettre/", people_person.hand_over, name="hand_over"),
]
roles = [
    path("", people_roles.role_list, name="roles"),
    path("nouveau/", people_roles.new_role, name="role_new"),
    path("<int:role_id>/", people_roles.role, name="role_edit"),
    path("<int:role_id>/supprimer/", people_roles.delete_role, name="role_delete"),
]
dossier = [
    path("", people_dossier.users, name="dossier"),
    path("inviter/", people_dossier.invite, name="dossier_invite"),
    path("affecter/", people_dossier.assign, name="dossier_assign"),
    path("demandes/<int:request_id>/", people_dossier.answer, name="dossier_answer"),
    path("invitations/<uuid:invitation_id>/envoyer/", people_dossier.send_invitation,
         name="dossier_send"),
    path("invitations/<uuid:invitation_id>/revoquer/", people_dossier.revoke_invitation,
         name="dossier_revoke"),
    path("<int:user_id>/", people_dossier.reason, name="dossier_why"),
    path("<int:user_id>/role/", people_dossier.change_role, name="dossier_role"),
    path("<int:user_id>/detacher/", people_dossier.detach, name="dossier_detach"),
    path("<int:user_id>/retirer/", people_dossier.unassign, name="dossier_unassign"),
]  # fmt: skip
urlpatterns = [
    path("cabinet/<slug:firm>/utilisateurs/", include(firm)),
    path("cabinet/<slug:firm>/parametres/roles/", include(roles)),
    path("dossier/<slug:slug>/parametres/utilisateurs/", include(dossier)),
    path("cabinet/<slug:firm>/quitter/", people_leave.leave, name="leave"),
    path("compte/cabinets/", people_leave.firms, name="firms"),
    path("invitation/<str:secret>/", people_link.invitation, name="invitation"),
]
