"""The sections of a postmortem, written from what is known of the incident."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from apps.incidents.models import EntryKind, IncidentKind
from apps.reports.operations.demo.cases import Case, Line
from apps.reports.operations.demo.plans import Ending, lower_first

PREFILLED = ("summary", "impact", "detection", "timeline")
ROLES = {
    "commander": "the commander",
    "comms": "the communications lead",
    "scribe": "the scribe",
    "ops": "the operator",
}
SPOKEN = {EntryKind.ACTION: "Action: ", EntryKind.DECISION: "Decision: "}


def texts_of(case: Case) -> dict[str, str]:
    """{section slug: text}"""
    plot, words = case.plan.plot, case.plan.facts._asdict()
    words |= {"service": f"`{case.plan.facts.service}`", "other": f"`{case.plan.facts.other}`"}

    def fill(text: str) -> str:
        return text.format(**words)

    return {
        "summary": _summary(case, fill(plot.trigger), fill(plot.mitigated)),
        "impact": _impact(case),
        "background": _background(case),
        "detection": f"{fill(plot.detected)} {_delay(case)}",
        "factors": f"{fill(plot.trigger)}\n\n{_numbered(map(fill, plot.factors))}",
        "timeline": timeline(case),
        "resolution": f"{fill(plot.mitigated)}\n\n{fill(plot.tried)}\n\n{fill(plot.repaired)}",
        "well": _bullets(map(fill, plot.well)),
        "poorly": _bullets(map(fill, plot.poorly)),
        "lucky": _bullets([fill(plot.lucky)]),
        "surprises": fill(plot.surprise),
        "lessons": fill(plot.lesson),
        "appendix": f"- [Overview of {case.plan.facts.service}](https://dashboards.ballast.example/d/{case.plan.facts.service})",
    }


def first_texts_of(case: Case) -> dict[str, str]:
    """What the draft began with, before anybody wrote."""
    texts = texts_of(case)
    return {slug: texts[slug] for slug in PREFILLED} | {"summary": case.summary}


def _summary(case: Case, trigger: str, mitigated: str) -> str:
    plan = case.plan
    what = lower_first(plan.title.removeprefix("Game day: "))
    day, service = f"{plan.started.day} {plan.started:%B %Y}", f"`{plan.work.slug}`"
    opening = f"On {day} {service} was impaired for {_minutes(plan.started, case.clock.ended)}: {what}."
    if plan.kind == IncidentKind.NEAR_MISS:
        opening = f"On {day} {service} came close to an outage: {what}."
    end = "" if plan.ending == Ending.BY_ITSELF else f" {mitigated}"
    return f"{opening} {trigger}{end}"


def _delay(case: Case) -> str:
    if case.plan.kind == IncidentKind.NEAR_MISS:
        return "Nobody outside had noticed."
    return f"That was {_minutes(case.plan.started, case.clock.detected)} after the impact began."


def _impact(case: Case) -> str:
    facts, clock = case.plan.facts, case.clock
    if case.plan.kind == IncidentKind.NEAR_MISS:
        return f"None. With an hour more, about {facts.peak}% of {facts.noun} would have failed."
    lasted = _minutes(clock.started, clock.ended)
    return _bullets(
        [
            f"At the worst moment {facts.peak}% of {facts.noun} failed, about {facts.many} in all. "
            "The count is from the logs of the edge.",
            f"It lasted {lasted}, from {_moment(clock.started)} to {_moment(clock.ended)}.",
            f"After {_minutes(clock.started, clock.mitigated)} most of it was over; "
            f"{facts.rest}% remained until the end.",
            "No data was lost.",
        ]
    )


def _background(case: Case) -> str:
    product = case.plan.work.product
    needs = ", ".join(f"`{slug}`" for slug in (*product.hard, *product.soft))
    return f"`{product.slug}` belongs to {case.plan.work.squad.name}. {product.about}" + (
        f" It needs {needs}." if needs else ""
    )


def timeline(case: Case) -> str:
    """In UTC, with roles in place of names."""
    parts: list[str] = []
    day: date | None = None
    for line in case.lines:
        if line.kind in (EntryKind.ROLE, EntryKind.LINK):
            continue
        if line.at.date() != day:
            day = line.at.date()
            parts.append(f"{'' if not parts else chr(10)}**{day.day} {day:%b %Y}, UTC**\n")
        parts.append(f"- {line.at:%H:%M} {_told(case, line)}")
    return "\n".join(parts)


def _told(case: Case, line: Line) -> str:
    if line.kind == EntryKind.STATUS:
        return f"**{line.body}**"
    role = next((role for role, person in case.roles.items() if person is line.author), "")
    who = ROLES.get(role, "a responder")
    return f"{who[0].upper()}{who[1:]}: {SPOKEN.get(line.kind, '')}{line.body}"


def _minutes(start: datetime, end: datetime) -> str:
    minutes = max(1, int((end - start).total_seconds()) // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%b %H:%M} UTC"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, start=1))
