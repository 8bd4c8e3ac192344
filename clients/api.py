"""The API of dossiers, and the base of every call inside one."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clients.access import Rights, open_dossier
from clients.actions.dossiers import create_dossier, update_dossier
from clients.models import Dossier
from clients.queries import dossiers
from clients.queries.filters import Filters, sorts
from clients.rights import may_in_firm
from firm.access import open_firm
from firm.api import SAFE, FirmAPIView, page_limit, require_token_scope
from firm.errors import Forbidden, NotFound
from firm.idempotency import idempotent
from firm.models import ApiToken, Firm, Job, Membership, User


class DossierAPIView(APIView):
    """A call inside one dossier: `needs` names the right by method; the dossier is opened first."""

    needs: dict[str, str] = {}
    dossier: Dossier
    rights: Rights
    person: User

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, check the token's scope and the person's right, open the dossier."""
        super().initial(request, *args, **kwargs)
        require_token_scope(request)
        method = request.method or "GET"
        if method not in self.needs:
            raise MethodNotAllowed(method)
        token = request.auth if isinstance(request.auth, ApiToken) else None
        self.person = cast(User, request.user)
        self.dossier, self.rights = open_dossier(
            self.person,
            kwargs["slug"],
            needs=self.needs[method],
            write=method not in SAFE,
            token_dossiers=token.dossiers if token else None,
        )


class DossierOut(serializers.ModelSerializer[Dossier]):
    """A dossier as the API shows it."""

    firm = serializers.SlugRelatedField[Firm](slug_field="slug", read_only=True)
    confidential = serializers.BooleanField(source="is_confidential", read_only=True)

    class Meta:
        model = Dossier
        fields = (
            "name",
            "slug",
            "siren",
            "siret",
            "legal_form",
            "tax_regime",
            "vat_regime",
            "year_end",
            "firm",
            "status",
            "takeover_date",
            "lock_date",
            "lock_mode",
            "confidential",
        )


class DossierIn(serializers.Serializer[Dossier]):
    """What creates a dossier."""

    name = serializers.CharField(max_length=200)
    slug = serializers.SlugField(max_length=48, required=False)
    siren = serializers.CharField(max_length=20, required=False, allow_blank=True)
    firm = serializers.SlugField(required=False)


class DossierChange(serializers.Serializer[Dossier]):
    """What may change in a dossier's own data."""

    name = serializers.CharField(max_length=200, required=False)
    siren = serializers.CharField(max_length=20, required=False, allow_blank=True)
    siret = serializers.CharField(max_length=20, required=False, allow_blank=True)
    legal_form = serializers.CharField(max_length=60, required=False, allow_blank=True)
    tax_regime = serializers.ChoiceField(
        Dossier.TaxRegime.choices, required=False, allow_blank=True
    )
    vat_regime = serializers.ChoiceField(
        Dossier.VatRegime.choices, required=False, allow_blank=True
    )
    year_end = serializers.CharField(max_length=5, required=False, allow_blank=True)
    takeover_date = serializers.DateField(required=False, allow_null=True)


class DossierList(FirmAPIView):
    """`GET/POST /api/dossiers/`."""

    needs = {"GET": "firm.open", "POST": "firm.create_dossier"}

    @extend_schema(
        summary="Dossiers que vous pouvez ouvrir",
        responses=DossierOut(many=True),
        parameters=[
            OpenApiParameter(
                "tab", str, description="integration, mes, tous : un onglet du cabinet"
            ),
            OpenApiParameter(
                "firm", str, description="le cabinet de l’onglet, si vous en avez deux"
            ),
            OpenApiParameter("q", str, description="une partie du nom, ou le début du SIREN"),
            OpenApiParameter(
                "sort", str, description=f"{', '.join(sorts())} ; « - » devant : décroissant"
            ),
        ],
    )
    def get(self, request: Request) -> Response:
        """Dossiers that the person (and the token) may see, in order; `tab` as on the screen."""
        limit = page_limit(request)
        asked = request.query_params
        wanted = Filters.read({"q": asked.get("q", ""), "tri": asked.get("sort", "nom")})
        found = dossiers.listed(
            _workplace(request), asked.get("tab", ""), wanted, asked.get("cursor", "")
        )
        token = request.auth if isinstance(request.auth, ApiToken) else None
        if token and token.dossiers:
            found = found.filter(slug__in=token.dossiers)
        rows: list[Any] = list(found.select_related("firm")[: limit + 1])
        last = rows[limit - 1] if len(rows) > limit else None
        return Response(
            {
                "results": DossierOut(rows[:limit], many=True).data,
                "next": wanted.order.cursor(last.sort_key, last.id) if last else None,
            }
        )

    @extend_schema(
        summary="Créer un dossier, dans le cabinet nommé si vous travaillez dans plusieurs",
        request=DossierIn,
        responses={201: DossierOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a dossier in the firm where one works (named when one works in several)."""
        data = DossierIn(data=request.data)
        data.is_valid(raise_exception=True)
        firm = _firm_of(cast(User, request.user), data.validated_data.pop("firm", ""))
        made = create_dossier(firm, by=cast(User, request.user), **data.validated_data)
        return Response(DossierOut(made).data, status=201)


def _workplace(request: Request) -> Membership | None:
    """The firm that a tab is of: the one named, or the first where the person works."""
    mine = Membership.objects.filter(user_id=cast(User, request.user).id)
    named = request.query_params.get("firm", "")
    found = mine.select_related("firm", "custom_role").order_by("id")
    return (found.filter(firm__slug=named) if named else found).first()


def _firm_of(user: User, slug: str) -> Firm:
    """The firm to create in, and the right to.

    Raises:
        Forbidden: the person's role there does not create dossiers.
        NotFound: he works in no such firm.
    """
    mine = Membership.objects.filter(user_id=user.id).select_related("firm", "custom_role")
    membership = (mine.filter(firm__slug=slug) if slug else mine).first()
    if membership is None:
        raise NotFound("Ce cabinet n’existe pas ou ne vous est pas ouvert.")
    if not may_in_firm(membership, "firm.create_dossier"):
        raise Forbidden("Votre rôle dans ce cabinet ne permet pas de créer un dossier.")
    open_firm(user, membership.firm.slug, write=True)
    return membership.firm


class DossierDetail(DossierAPIView):
    """`GET/PATCH /api/dossiers/{d}/`."""

    needs = {"GET": "dossier.open", "PATCH": "dossier.manage"}

    @extend_schema(summary="Un dossier", responses=DossierOut)
    def get(self, request: Request, slug: str) -> Response:
        """One dossier."""
        del request, slug
        return Response(DossierOut(self.dossier).data)

    @extend_schema(
        summary="Modifier les données d’un dossier", request=DossierChange, responses=DossierOut
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Change its own data."""
        del slug
        data = DossierChange(data=request.data)
        data.is_valid(raise_exception=True)
        changed = update_dossier(self.dossier, by=self.person, **data.validated_data)
        return Response(DossierOut(changed).data)


class JobDetail(FirmAPIView):
    """`GET /api/firms/{firm}/jobs/{id}/`."""

    needs = {"GET": "firm.open"}

    @extend_schema(summary="Un travail du cabinet et son avancement")
    def get(self, request: Request, firm: str, job_id: int) -> Response:
        """A job of the firm, in a dossier that the person may see."""
        opened, _membership = open_firm(cast(User, request.user), firm, write=False)
        job = Job.objects.filter(pk=job_id, firm_id=opened.id).first()
        if job is None or not _is_open(job, cast(User, request.user)):
            raise NotFound("Ce travail n’existe pas ou ne vous est pas ouvert.")
        error = {"code": job.error_code, "detail": job.error} if job.error_code else None
        return Response(
            {
                "id": str(job.id),
                "kind": job.kind,
                "state": job.state,
                "progress": {"done": job.done, "total": job.total},
                "error": error,
            }
        )


def _is_open(job: Job, person: User) -> bool:
    """Whether the job is in a dossier that he may see, in none, or over many and his own."""
    if job.dossier_id:
        return Dossier.objects.filter(pk=job.dossier_id).exists()
    return not job.targets or job.requested_by == person.pk
