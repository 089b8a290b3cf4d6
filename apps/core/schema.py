"""OpenAPI: every operation documents the problems it can answer with."""

from typing import Any

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
    if verb == "post":
        text = "Sent again with the same body, the first answer is repeated and nothing is created twice."
        parameters.append({**header, "name": "Idempotency-Key", "description": text})
    if verb in {"patch", "put"}:
        parameters.append({**header, "name": "If-Match", "description": "The ETag that was read, or *."})
