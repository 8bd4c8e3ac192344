"""Setting anomalies aside, with a reason, and taking that back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.models import User
from ledger.anomalies.catalogue import Rule
from ledger.models import AnomalyDismissal
from ledger.queries.anomaly_sql import FINGERPRINT, Scene, ask, judged

LONGEST = 500
MOST = 5000
_OLD = """
UPDATE ledger_anomalydismissal SET revoked_at = now(), revoked_by = %(by)s
WHERE dossier_id = %(dossier)s AND year_end = %(end)s AND rule = %(rule)s AND NOT is_whole
  AND revoked_at IS NULL AND (entry_id, line_no, account, third) IN (
      SELECT * FROM unnest(%(e)s::bigint[], %(l)s::int[], %(a)s::text[], %(t)s::text[]))
"""
_NEW = f"""
INSERT INTO ledger_anomalydismissal (dossier_id, year_end, rule, entry_id, line_no, account, third,
                                     amount, fingerprint, reason, act, created_by)
SELECT %(dossier)s, %(end)s, %(rule)s, h.entry_id, h.line_no, h.account, h.third, h.amount,
       coalesce({FINGERPRINT.replace("OF.", "h.")}, ''), %(reason)s, %(act)s, %(by)s
FROM unnest(%(e)s::bigint[], %(l)s::int[], %(a)s::text[], %(t)s::text[], %(m)s::bigint[])
     AS h (entry_id, line_no, account, third, amount)
ON CONFLICT DO NOTHING
"""  # noqa: S608 (of constants)


class ReasonMissing(BusinessError):
    """Nothing is set aside without saying why."""

    code = "reason_missing"
    title = "Motif manquant"


class NothingToDismiss(Conflict):
    """None of the hits chosen is open any more."""

    code = "nothing_to_dismiss"
    title = "Rien à écarter"


@transaction.atomic
def dismiss_hits(
    scene: Scene, rule: Rule, *, keys: Sequence[str] | None, reason: str, by: User
) -> tuple[uuid.UUID, int]:
    """Set hits of a rule aside; `keys` are those of `Hit.key`, None takes all that are open.

    Answers the act, by which `restore_act` takes it back, and how many.  What is no hit of the rule
    any more is left alone.

    Raises:
        ReasonMissing: no reason is given, or one too long.
        NothingToDismiss: nothing of it is open.
    """
    why = _checked(reason)
    rows = [row for row in _open(scene, rule) if keys is None or _key(row) in set(keys)][:MOST]
    if not rows:
        raise NothingToDismiss(
            "Ces lignes ne sont plus des anomalies, ou sont déjà écartées : actualisez la page."
        )
    act = uuid.uuid4()
    names = {"e": "entry_id", "l": "line_no", "a": "account", "t": "third", "m": "amount"}
    values: dict[str, Any] = {
        "dossier": scene.dossier.id, "end": scene.year.end, "rule": rule.code, "reason": why,
        "act": act, "by": by.id,
        **{short: [row[name] for row in rows] for short, name in names.items()},
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OLD, values)
        cursor.execute(_NEW, values)
        count = cursor.rowcount
    _record("dismissed", scene.dossier, by, rule=rule.code, year=scene, count=count, reason=why)
    return act, count


@transaction.atomic
def dismiss_rule(scene: Scene, rule: Rule, *, reason: str, by: User) -> uuid.UUID:
    """Set a whole rule aside for the year, whatever it finds later.

    Raises:
        ReasonMissing: no reason is given, or one too long.
        NothingToDismiss: the rule is set aside already.
    """
    why = _checked(reason)
    act = uuid.uuid4()
    made = AnomalyDismissal(
        dossier=scene.dossier, year_end=scene.year.end, rule=rule.code, is_whole=True, reason=why,
        act=act, created_by=by.id,
    )  # fmt: skip
    same = AnomalyDismissal.objects.filter(
        dossier=scene.dossier, year_end=scene.year.end, rule=rule.code, is_whole=True,
        revoked_at=None,
    )  # fmt: skip
    AnomalyDismissal.objects.bulk_create([made], ignore_conflicts=True)
    if not same.filter(act=act).exists():
        raise NothingToDismiss("Cette règle est déjà écartée pour l’exercice.")
    _record("rule_dismissed", scene.dossier, by, rule=rule.code, year=scene, reason=why)
    return act


@transaction.atomic
def restore(dossier: Dossier, ids: Sequence[int], *, by: User) -> int:
    """Bring back what some decisions set aside; answers how many were still in force."""
    return _revoke(dossier, {"pk__in": list(ids)}, by=by)


@transaction.atomic
def restore_act(dossier: Dossier, act: uuid.UUID, *, by: User) -> int:
    """« Annuler » of one act; answers how many decisions were still in force."""
    return _revoke(dossier, {"act": act}, by=by)


def _revoke(dossier: Dossier, chosen: dict[str, object], *, by: User) -> int:
    found = AnomalyDismissal.objects.filter(dossier=dossier, revoked_at=None, **chosen)
    rules = sorted(set(found.values_list("rule", flat=True)))
    count: int = found.update(revoked_at=Now(), revoked_by=by.id)
    if count:
        audit.record(
            "ledger.anomalies_restored", by=by, dossier_id=dossier.id, rules=rules, count=count
        )
    return count


def _open(scene: Scene, rule: Rule) -> list[dict[str, object]]:
    sql = judged([rule.code]) + "SELECT * FROM judged WHERE kept_id IS NULL"  # noqa: S608 (of constants)
    return ask(sql, scene.parameters())


def _key(row: dict[str, object]) -> str:
    return "~".join(str(row[name]) for name in ("entry_id", "line_no", "account", "third"))


def _checked(reason: str) -> str:
    why = " ".join(reason.split())
    if not why:
        raise ReasonMissing(
            "Dites pourquoi vous l’écartez : le motif figure au rapport et dans l’historique."
        )
    if len(why) > LONGEST:
        raise ReasonMissing(f"Le motif dépasse {LONGEST} caractères : résumez-le.")
    return why


def _record(what: str, dossier: Dossier, by: User, *, year: Scene, **details: Any) -> None:
    audit.record(
        f"ledger.anomalies_{what}", by=by, dossier_id=dossier.id,
        year_end=year.year.end.isoformat(), **details,
    )  # fmt: skip
