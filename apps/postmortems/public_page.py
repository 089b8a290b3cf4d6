"""What the page of a public version shows inside, and its file."""

from __future__ import annotations

from typing import Any, NamedTuple

from apps.accounts.models import User
from apps.postmortems.inside_words import inside_words
from apps.postmortems.models import Postmortem, PublicStatus, PublicVersion
from apps.postmortems.policies import can_approve_public, can_write
from apps.postmortems.public_rule import lacks_of_public, public_allowed, why_not_public
from apps.status_page.models import Report
from apps.status_page.models.report import HEADINGS

S = PublicStatus


class Step(NamedTuple):
    """A move that the reader may make; `asks` when it wants a page of its own first."""

    to: str
    label: str
    asks: bool
    is_main: bool


def stored_version(postmortem: Postmortem) -> PublicVersion | None:
    people = ("submitted_by", "approved_by", "said_by")
    found = PublicVersion.objects.select_related(*people).filter(postmortem=postmortem).first()
    if found:
        found.postmortem = postmortem
    return found


def report_of(postmortem: Postmortem) -> Report | None:
    return Report.objects.with_text().filter(key=postmortem.key).first()


def is_shown(report: Report | None) -> bool:
    """Whether strangers read it at this moment."""
    return report is not None and Report.objects.shown().filter(pk=report.pk).exists()


def public_context(postmortem: Postmortem, user: User) -> dict[str, Any]:
    version, report = stored_version(postmortem), report_of(postmortem)
    why_not = why_not_public(postmortem)
    return {
        "postmortem": postmortem,
        "version": version,
        "sections": sections_of(version) if version else [],
        "report": report,
        "is_shown": is_shown(report),
        "why_not": why_not,
        "can_edit": can_write(user, postmortem) and not why_not,
        "steps": steps_of(version, user, is_stopped=bool(why_not)) if version else [],
        "lacks": lacks_of_public(version) if version else [],
        "hints": inside_words(postmortem, version.text) if version else [],
        "can_approve": version is not None and can_approve_public(user, version),
        "versions": list(report.versions.defer("content")) if report else [],
    }


def sections_of(version: PublicVersion) -> list[tuple[str, str, str]]:
    return [(name, heading, getattr(version, name)) for name, heading in HEADINGS.items()]


def steps_of(version: PublicVersion, user: User, *, is_stopped: bool = False) -> list[Step]:
    """What the reader may do next."""
    writes, approves = can_write(user, version.postmortem), can_approve_public(user, version)
    is_own = user.pk in version.writer_ids
    steps = {
        S.IN_REVIEW: (writes, Step(S.IN_REVIEW, "Ask for approval", asks=False, is_main=True)),
        S.APPROVED: (approves, Step(S.APPROVED, "Approve", asks=False, is_main=True)),
        S.PUBLISHED: (writes, Step(S.PUBLISHED, "Publish to everybody", asks=True, is_main=True)),
        S.DRAFT: (
            writes or approves,
            Step(
                S.DRAFT, "Take back to draft" if is_own else "Ask for changes", asks=not is_own, is_main=False
            ),
        ),
        S.WITHDRAWN: (True, Step(S.WITHDRAWN, "Withdraw", asks=True, is_main=False)),
    }
    allowed = [PublicStatus(to) for to in public_allowed(version)]
    return [
        steps[to][1] for to in allowed if steps[to][0] and (not is_stopped or to == PublicStatus.WITHDRAWN)
    ]


def as_markdown(version: PublicVersion) -> str:
    """The text alone, to be put wherever customers are told."""
    ended = f" to {version.ended_at:%Y-%m-%d %H:%M}" if version.ended_at else ""
    head = f"# {version.title}\n\n{version.began_at:%Y-%m-%d %H:%M}{ended} UTC\n"
    return head + "".join(
        f"\n## {heading}\n\n{body.strip()}\n" for _, heading, body in sections_of(version) if body.strip()
    )


def file_headers(version: PublicVersion) -> dict[str, str]:
    """To be kept, and never shown as a page."""
    name = f"{version.postmortem.key}-public.md"
    return {
        "Content-Type": "text/markdown; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
