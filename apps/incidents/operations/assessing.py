"""How bad it is: said at once, or proposed by the matrix from two answers and overridden with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from apps.incidents.models import UNSURE, Incident, SeverityPolicy

AXES = {"impact": "impacts", "condition": "conditions"}
ANSWERS = (*AXES, "severity_reason")


def assess(
    policy: SeverityPolicy, *, severity: int | None, impact: str, condition: str, severity_reason: str
) -> dict[str, Any]:
    """The incident's columns. Answers are slugs of the policy or "unsure", which counts as the worst it could be."""
    reason = severity_reason.strip()
    if not impact and not condition:
        if severity is None:
            raise ValidationError({"severity": "Choose one, or answer whom it hits and how."})
        return _columns(severity, reason=reason)
    names = _names(policy, {"impact": impact, "condition": condition})
    proposed = policy.propose(impact, condition)
    chosen = proposed if severity is None else severity
    if chosen != proposed and not reason:
        raise ValidationError({"severity_reason": _unexplained(proposed, chosen)})
    return _columns(chosen, reason=reason, proposed=proposed) | names


def reassess(policy: SeverityPolicy, row: Incident, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that an edit changes. Leaving what the matrix proposed needs a reason then, too."""
    given = {name: changes.get(name) or "" for name in ANSWERS}
    severity = changes.get("severity", row.severity)
    if given["impact"] or given["condition"]:
        return assess(policy, severity=severity, **given)
    if severity == row.severity and not given["severity_reason"].strip():
        return {}
    reason = given["severity_reason"].strip()
    if row.proposed_severity and severity != row.proposed_severity and not reason:
        raise ValidationError({"severity_reason": _unexplained(row.proposed_severity, severity)})
    return {"severity": severity, "severity_reason": reason}


def _columns(severity: int, *, reason: str, proposed: int | None = None) -> dict[str, Any]:
    blank = {"impact": "", "condition": ""}
    return blank | {"severity": severity, "severity_reason": reason, "proposed_severity": proposed}


def _names(policy: SeverityPolicy, answers: dict[str, str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for field, slug in answers.items():
        name = policy.name_of(AXES[field], slug)
        if name is None:
            raise ValidationError({field: _choose(policy, field, is_missing=not slug)})
        names[field] = name
    return names


def _choose(policy: SeverityPolicy, field: str, *, is_missing: bool) -> str:
    if is_missing:
        return "Answer this too, or say “not sure”: it then counts as the worst it could be."
    known = [answer["slug"] for answer in getattr(policy, AXES[field])]
    return "Choose one of: " + ", ".join([*known, UNSURE]) + "."


def _unexplained(proposed: int, chosen: int) -> str:
    return f"The answers propose SEV{proposed}. Take it, or say here why it is SEV{chosen}."
