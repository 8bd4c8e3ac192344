"""The schema of the API as rows of a page: calls by group, their parameters, fields and example.

The schema is the same for everybody and as long as the process lives, so it is made once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator

Node = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 4
# The groups in the order of the page, and the words of an address that name each; else the first.
GROUPS: dict[str, frozenset[str]] = {
    "Dossiers": frozenset(),
    "Livres": frozenset(("trial-balance", "general-ledger", "entries", "journals", "accounts",
                         "fiscal-years", "third-parties")),
    "Imports et exports FEC": frozenset(("fec-imports", "fec-exports")),
    "Cabinet": frozenset(("firms",)),
}  # fmt: skip
TYPES = {"string": "texte", "integer": "entier", "number": "nombre", "boolean": "oui ou non",
         "object": "objet"}  # fmt: skip
FORMATS = {"date": "date AAAA-MM-JJ", "date-time": "instant", "binary": "fichier"}
PLACES = {"path": "adresse", "query": "requête", "header": "en-tête"}
SAMPLES = {"slug": "boulangerie", "firm": "martin", "id": "1", "job_id": "1",
           "year_end": "2025-12-31"}  # fmt: skip


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tells the schema that a call carries a token."""

    target_class = "firm.api_auth.BearerAuthentication"
    name = "jeton"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """`Authorization: Bearer …`."""
        del auto_schema
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tells the schema that a signed-in browser may call too."""

    target_class = "firm.api_auth.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """The cookie of the session."""
        del auto_schema
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of what is sent or answered; `name` of a nested one is dotted."""

    name: str
    kind: str
    is_required: bool
    place: str = ""
    about: str = ""


@dataclass(frozen=True)
class Call:
    """A method of an address, ready to be shown."""

    id: str
    group: str
    method: str
    path: str
    summary: str
    parameters: tuple[Field, ...]
    sent: tuple[Field, ...]
    answers: tuple[tuple[str, tuple[Field, ...]], ...]
    example: str

    def holds(self, words: Iterable[str]) -> bool:
        """Whether every word stands in its address, its summary or the names of its fields."""
        fields = (*self.parameters, *self.sent)
        text = " ".join((self.method, self.path, self.summary, *(each.name for each in fields)))
        return all(word in text.casefold() for word in words)


@lru_cache(maxsize=1)
def schema() -> Node:
    """The whole schema, of every call."""
    made: Node = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


def calls(base: str, search: str = "") -> dict[str, list[Call]]:
    """Calls by group, in the order of the groups then of addresses; empty groups left out."""
    words = search.casefold().split()
    found = [call for call in _every(base) if call.holds(words)]
    groups = {name: [call for call in found if call.group == name] for name in GROUPS}
    return {name: rows for name, rows in groups.items() if rows}


@lru_cache(maxsize=4)
def _every(base: str) -> tuple[Call, ...]:
    return tuple(
        _call(base, path, method, item[method])
        for path, item in schema()["paths"].items()
        for method in METHODS
        if method in item
    )


def _call(base: str, path: str, method: str, operation: Node) -> Call:
    content = operation.get("requestBody", {}).get("content", {})
    form = next(iter(content), "")
    body = content[form].get("schema", {}) if form else {}
    parameters = sorted(map(_parameter, operation.get("parameters", ())), key=_path_first)
    return Call(
        id=operation["operationId"],
        group=_group(path),
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        parameters=tuple(parameters),
        sent=tuple(_fields(body)),
        answers=tuple(_answers(operation["responses"])),
        example=_example(base + path, method, parameters, form=form, body=body),
    )


def _group(path: str) -> str:
    words = set(path.split("/"))
    return next((name for name, named in GROUPS.items() if named & words), "Dossiers")


def _path_first(field: Field) -> tuple[int, bool]:
    return list(PLACES.values()).index(field.place), not field.is_required


def _parameter(one: Node) -> Field:
    kind = _kind(one.get("schema", {}))
    about = one.get("description", "").replace("`", "")
    return Field(one["name"], kind, one.get("required", False), PLACES[one["in"]], about)


def _answers(responses: Node) -> Iterator[tuple[str, tuple[Field, ...]]]:
    for status, answer in responses.items():
        contents: list[Node] = list(answer.get("content", {}).values())
        yield status, tuple(_fields(contents[0].get("schema", {})) if contents else ())


def _resolved(node: Node) -> Node:
    while "$ref" in node:
        node = schema()["components"]["schemas"][node["$ref"].rpartition("/")[2]]
    several: list[Node] = node.get("oneOf") or node.get("allOf") or []
    return _resolved(several[0]) if several else node


def _fields(node: Node, prefix: str = "", depth: int = 0) -> Iterator[Field]:
    """The fields of an object, those of the objects within it after each, by dotted names."""
    node = _resolved(node)
    if node.get("type") == "array":
        node, prefix = _resolved(node["items"]), prefix and f"{prefix[:-1]}[]."
    for name, child in node.get("properties", {}).items():
        about = child.get("description") or child.get("title") or ""
        is_needed = name in node.get("required", ())
        yield Field(f"{prefix}{name}", _kind(child), is_needed, about=about)
        if depth < DEEPEST:
            yield from _fields(child, f"{prefix}{name}.", depth + 1)


def _kind(node: Node) -> str:
    found = _resolved(node)
    if found.get("enum"):
        return " | ".join(str(value) for value in found["enum"] if value is not None)
    if found.get("type") == "array":
        return f"liste\u00a0: {_kind(found['items'])}"
    kind = FORMATS.get(found.get("format", "")) or TYPES.get(found.get("type", ""), "valeur")
    return f"{kind} ou null" if node.get("nullable") else kind


def _example(address: str, method: str, parameters: list[Field], *, form: str, body: Node) -> str:
    """The call as curl makes it; what must be given is, with a value that reads as one."""
    for field in parameters:
        address = address.replace(f"{{{field.name}}}", SAMPLES.get(field.name, "1"))
    asked = [
        f"{field.name}={SAMPLES.get(field.name, 'texte')}"
        for field in parameters
        if field.is_required and field.place == PLACES["query"]
    ]
    address += "?" + "&".join(asked) if asked else ""
    lines = ["curl" + (f" -X {method.upper()}" if method != "get" else "") + f' "{address}"']
    lines.append('-H "Authorization: Bearer $JETON"')
    if form == "multipart/form-data":
        lines += [f"-F {name}=@fichier.txt" for name in _resolved(body).get("properties", ())]
    elif form:
        lines += ['-H "Content-Type: application/json"', f"-d '{_sample(body)}'"]
    return " \\\n  ".join(lines)


def _sample(body: Node) -> str:
    node = _resolved(body)
    held = node.get("properties", {})
    wanted = node.get("required") or list(held)[:1]
    return json.dumps({name: _value(held[name]) for name in wanted}, ensure_ascii=False)


def _value(node: Node) -> object:
    found = _resolved(node)
    if found.get("enum"):
        return found["enum"][0]
    return {"integer": 1, "boolean": True, "object": {}, "array": []}.get(
        found.get("type", ""), "2025-12-31" if found.get("format") == "date" else "texte"
    )
