"""Postmortems: how far each has come by now, and every row of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from apps.core.checksum import checksum
from apps.postmortems.content import sealed
from apps.postmortems.document import block_row
from apps.postmortems.models import (
    Block,
    BlockKind,
    Postmortem,
    PostmortemStatus,
    PublishedSnapshot,
    Review,
    ReviewDecision,
    Section,
    SectionRevision,
)
from apps.postmortems.models.shipped import SECTIONS, SectionTemplate
from apps.reports.operations.demo.cases import Case
from apps.reports.operations.demo.chance import Chance
from apps.reports.operations.demo.findings import LISTED, Findings
from apps.reports.operations.demo.stage import Person, Stage
from apps.reports.operations.demo.texts import first_texts_of, texts_of
from apps.reports.operations.demo.words.reviews import APPROVALS, REQUESTS

P = PostmortemStatus
DRAWN = "timeline"
HALF_WRITTEN = ("factors", "resolution", "well")
UNUSUAL = ("background", "appendix")
VERBS = {P.IN_REVIEW: "sent_to_review"}


class Turn(NamedTuple):
    at: datetime
    status: PostmortemStatus
    by: Person
    comment: str = ""


@dataclass(slots=True)
class WriteUp:
    """One postmortem on its way."""

    case: Case
    owner: Person
    drafted: datetime
    items: list[tuple[int, int]]
    turns: list[Turn] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> Findings:
        return Findings(self.case, self.texts)

    @property
    def bodies(self) -> dict[str, str]:
        """{section slug: text}, without what is said in rows or drawn from the incident."""
        return {slug: text for slug, text in self.texts.items() if slug not in (*LISTED, DRAWN)}

    def blocks(self, slug: str) -> list[Block]:
        """What was drawn into a section when the draft began."""
        text = self.texts.get(slug) if slug == DRAWN else None
        return [Block(kind=BlockKind.TIMELINE, text=text, drawn_at=self.drafted)] if text else []

    @property
    def title(self) -> str:
        return self.case.plan.title

    @property
    def status(self) -> PostmortemStatus:
        return self.turns[-1].status if self.turns else P.DRAFT

    @property
    def since(self) -> datetime:
        return self.turns[-1].at if self.turns else self.drafted

    @property
    def published(self) -> datetime | None:
        return self.since if self.status == P.PUBLISHED else None

    @property
    def tags(self) -> list[str]:
        return sorted({*self.case.plan.plot.tags, self.case.plan.work.slug})


def begin(stage: Stage, chance: Chance, case: Case) -> WriteUp | None:
    """The postmortem of an incident that is over, as far as it has come; None when it is too early for one."""
    owner = _owner(stage, chance, case)
    drafted = owner.at_work(case.clock.ended + chance.between(0.1, 2.5, unit="days"), chance)
    if drafted > stage.now:
        return None
    made = WriteUp(case, owner, drafted, [], _turns(stage, chance, case, owner, drafted))
    made.texts = _texts_by_now(made, chance)
    return made


def _owner(stage: Stage, chance: Chance, case: Case) -> Person:
    """What the people who sign in still have to write is told elsewhere."""
    wanted = [person for person in case.people if not person.is_cast]
    team = [person for person in case.plan.work.squad.on(case.plan.started.date()) if not person.is_cast]
    return chance.choice(wanted or team or [stage.admin])


def _turns(stage: Stage, chance: Chance, case: Case, owner: Person, drafted: datetime) -> list[Turn]:
    readers = case.people if case.plan.is_private else stage.people
    reviewers = [person for person in readers if person.user.may_write and person is not owner] or [
        stage.admin
    ]
    near = [person for person in case.plan.work.squad.on(drafted.date()) if person in reviewers]
    turns: list[Turn] = []

    def turn(status: PostmortemStatus, by: Person, *, after: float, comment: str = "") -> None:
        since = turns[-1].at if turns else drafted
        turns.append(
            Turn(by.at_work(since + chance.between(0.5, after, unit="days"), chance), status, by, comment)
        )

    turn(P.IN_REVIEW, owner, after=5)
    if chance.happens(0.2):
        turn(P.CHANGES_REQUESTED, chance.choice(near or reviewers), after=3, comment=chance.choice(REQUESTS))
        turn(P.IN_REVIEW, owner, after=2)
    comment = chance.choice(APPROVALS) if chance.happens(0.6) else ""
    turn(P.APPROVED, chance.choice(near or reviewers), after=3, comment=comment)
    turn(P.PUBLISHED, owner, after=2)
    return [each for each in turns if each.at <= stage.now]


def _texts_by_now(made: WriteUp, chance: Chance) -> dict[str, str]:
    texts = texts_of(made.case)
    for slug in UNUSUAL:
        if chance.happens(0.5):
            texts[slug] = ""
    if made.status == P.DRAFT:
        texts = {
            slug: text
            for slug, text in texts.items()
            if slug in first_texts_of(made.case) or slug in HALF_WRITTEN
        }
    return texts


def store(stage: Stage, made: WriteUp) -> int:
    number, key = stage.next_number("PM")
    findings = made.findings
    submitted = next((turn.by.pk for turn in reversed(made.turns) if turn.status == P.IN_REVIEW), None)
    pk = stage.loader.add(
        Postmortem,
        number=number,
        key=key,
        title=made.title,
        owner_id=made.owner.pk,
        submitted_by_id=submitted,
        status=made.status.value,
        status_since=made.since,
        published_version=1 if made.published else None,
        published_at=made.published,
        **findings.trigger,
        template_slug="full",
        template_version=1,
        expected_measures=findings.measures,
        version=3 + len(made.turns),
        created_at=made.drafted,
        updated_at=made.since,
    )
    stage.loader.link(Postmortem.incidents, postmortem_id=pk, incident_id=made.case.pk)
    for item, _ in made.items:
        stage.loader.link(Postmortem.action_items, postmortem_id=pk, actionitem_id=item)
    for tag in made.tags:
        stage.loader.link(Postmortem.tags, postmortem_id=pk, tag_id=stage.tag(tag))
    _store_sections(stage, pk, made)
    findings.store(stage, pk, at=made.drafted)
    _store_reviews(stage, pk, made)
    if made.published:
        _freeze(stage, pk, key, made)
    _tell(stage, key, made)
    return pk


def _store_sections(stage: Stage, pk: int, made: WriteUp) -> None:
    first, bodies = first_texts_of(made.case) | {DRAWN: ""}, made.bodies
    for position, template in enumerate(SECTIONS, start=1):
        began, body = first.get(template.slug, ""), bodies.get(template.slug, "")
        version = 1 if began == body else 2
        section = _store_section(stage, pk, made, template, position=position, body=body, version=version)
        for block in made.blocks(template.slug):
            fields = {"kind": str(block.kind), "text": block.text, "drawn_by_id": made.owner.pk}
            times = dict.fromkeys(("drawn_at", "created_at", "updated_at"), made.drafted)
            stage.loader.add(Block, section_id=section, **fields, **times)
        if began:
            _revise(stage, section, made, body=began, version=1, at=made.drafted)
        if version > 1:
            written = min(made.drafted + (made.since - made.drafted) * 0.3, stage.now)
            _revise(stage, section, made, body=body, version=2, at=written)


def _store_section(
    stage: Stage, pk: int, made: WriteUp, template: SectionTemplate, *, position: int, body: str, version: int
) -> int:
    return stage.loader.add(
        Section,
        postmortem_id=pk,
        slug=template.slug,
        title=template.title,
        kind=template.kind,
        guidance=template.guidance,
        is_required=template.is_required,
        position=position,
        body=body,
        version=version,
        created_at=made.drafted,
        updated_at=made.since,
    )


def _revise(stage: Stage, section: int, made: WriteUp, *, body: str, version: int, at: datetime) -> None:
    author = made.owner.pk
    stage.loader.add(SectionRevision, section_id=section, version=version, body=body, author_id=author, at=at)


def _store_reviews(stage: Stage, pk: int, made: WriteUp) -> None:
    for turn in made.turns:
        if turn.status in (P.APPROVED, P.CHANGES_REQUESTED):
            stage.loader.add(
                Review,
                postmortem_id=pk,
                reviewer_id=turn.by.pk,
                decision=ReviewDecision(turn.status.value).value,
                comment=turn.comment,
                at=turn.at,
                is_current=turn.status == P.APPROVED or turn is made.turns[-1],
            )


def _freeze(stage: Stage, pk: int, key: str, made: WriteUp) -> None:
    content: dict[str, Any] = {
        "key": key,
        "title": made.title,
        "owner": made.owner.user.slug,
        "incidents": [made.case.key],
        "action_items": [f"ACT-{number}" for _, number in sorted(made.items, key=lambda item: item[1])],
        "tags": made.tags,
        "sections": [
            {
                "slug": each.slug,
                "title": each.title,
                "kind": str(each.kind),
                "body": made.bodies.get(each.slug, ""),
                "blocks": [block_row(block) for block in made.blocks(each.slug)],
            }
            for each in SECTIONS
        ],
        **made.findings.frozen,
    }
    publisher = made.turns[-1].by.user
    content = sealed(content, version=1, published_at=made.since, by=publisher)
    stage.loader.add(
        PublishedSnapshot,
        postmortem_id=pk,
        version=1,
        title=made.title,
        content=content,
        sha256=checksum(content),
        published_at=made.published,
        published_by_id=publisher.pk,
    )


def _tell(stage: Stage, key: str, made: WriteUp) -> None:
    scope, before = made.case.scope, P.DRAFT
    drafted: dict[str, Any] = {"title": [None, made.title], "incidents": [[], [made.case.key]]}
    stage.trail.tell("postmortem.drafted", key, at=made.drafted, by=made.owner.pk, scope=scope, **drafted)
    for turn in made.turns:
        verb = f"postmortem.{VERBS.get(turn.status, turn.status.value)}"
        stage.trail.tell(
            verb, key, at=turn.at, by=turn.by.pk, scope=scope, status=[before.value, turn.status.value]
        )
        before = turn.status
