"""OpenAPI: how drf-spectacular learns what is noted here and there, and that every operation documents the problems it
can answer with. Loaded by whoever writes the description."""

from inspect import getmembers, isfunction
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema
from rest_framework.settings import api_settings

from apps.core.describing import NOTES, SelfDescribed

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details. `errors` holds one list of sentences per field (400), "
    "`allowed` the legal moves and `missing` all that is lacking (409), `current` the stored version (412).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": True},
        "allowed": {"type": "array", "items": {"type": "string"}},
        "missing": {"type": "array", "items": {"type": "string"}},
        "current": {"type": "string"},
    },
    "required": ["type", "title", "status", "request_id"],
}
ALWAYS = {"400": "Not understood", "401": "Not signed in", "403": "Not allowed", "404": "Not found"}
ALWAYS |= {"429": "Too many requests", "503": "Not available right now"}
WRITES = {"409": "Conflict", "412": "Changed by somebody else", "413": "Too large"}
WRITES |= {"415": "Unsupported media type", "422": "Idempotency-Key reused", "428": "Version required"}


class Generator(SchemaGenerator):
    """Views have a schema class that knows nothing (`config/settings.py`) until the first of these is made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        api_settings.DEFAULT_SCHEMA_CLASS = AutoSchema  # type: ignore[assignment]  # its path until then
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]

    def create_view(self, callback: Any, method: str, request: Any = None) -> Any:
        describe(callback.cls)
        return super().create_view(callback, method, request)  # type: ignore[no-untyped-call]


def describe(view: type) -> None:
    """The class last: it builds on its methods."""
    places: list[Any] = [*(method for _, method in getmembers(view, isfunction)), view]
    for described in places:
        if NOTES in vars(described):
            for said in vars(described)[NOTES]:
                extend_schema(**said)(described)
            delattr(described, NOTES)


class OwnWords(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = SelfDescribed
    match_subclasses = True

    @property
    def name(self) -> str:  # type: ignore[override]
        return str(self.target.scheme_name)

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return dict(self.target.scheme)


def document_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:  # noqa: FBT001
    """A drf-spectacular hook; its signature is theirs."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result["paths"].values():
        for verb, operation in path.items():
            if verb not in {"get", "post", "patch", "put", "delete"}:
                continue
            answers = ALWAYS | (WRITES if verb != "get" else {})
            for status, title in answers.items():
                operation["responses"].setdefault(status, {"description": title, "content": content})
            _name_headers(operation, verb)
    return result


def _name_headers(operation: dict[str, Any], verb: str) -> None:
    header = {"in": "header", "required": False, "schema": {"type": "string", "maxLength": 190}}
    parameters = operation.setdefault("parameters", [])
    if verb == "post" and "201" in operation["responses"]:
        text = "Sent again with the same body, the first answer is repeated and nothing is created twice."
        parameters.append({**header, "name": "Idempotency-Key", "description": text})
    if verb in {"patch", "put"}:
        parameters.append({**header, "name": "If-Match", "description": "The ETag that was read, or *."})
