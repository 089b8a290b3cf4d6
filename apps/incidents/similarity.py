"""Which incidents are most like this one, and why.

Few are fetched through indexes (the newest of the same services, of the same tags, and of the rarest words of the
title), then those are compared, so it costs the same among a hundred incidents and among a million. A score is the
sum of its reasons, in points of 100:

    same service    40 × services shared / services of whichever incident has fewer
    same tag        20 × tags shared / tags of whichever incident has fewer
    shared words    40 × 2 × words shared / (words of one title + words of the other)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from django.db.models import F

from apps.core.engines import HasWord, common_words
from apps.incidents.models import Incident
from apps.incidents.words import beginning, stems

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.incidents.models import IncidentQuerySet
    from apps.services.models import Service, Tag

SERVICE, TAG, WORDS = "service", "tag", "words"
POINTS = {SERVICE: 40, TAG: 20, WORDS: 40}
SHOWN, MOST = 5, 20
LEAST_SCORE = 15
NEWEST = 60  # of each service, of each tag, and of the words
ASKED = 3  # services and tags; an incident with more is compared by its first
RARE = 0.02  # words are looked up as long as no more than 2 % of the titles hold them, the rarest first
WORD_INDEX = "incident_by_words"


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared: {stem: word} of the title, and {primary key: name} of services and tags."""

    words: Mapping[str, str]
    services: Mapping[int, str]
    tags: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Reason:
    """`names` are slugs, tags, or the words as the other title has them."""

    kind: str
    names: list[str]
    points: int


@dataclass(frozen=True, slots=True)
class Similar:
    incident: Incident
    reasons: list[Reason]

    @property
    def score(self) -> int:
        return sum(reason.points for reason in self.reasons)


def traits_of(title: str, services: Iterable[Service] = (), tags: Iterable[Tag] = ()) -> Traits:
    return Traits(
        stems(title),
        {service.pk: service.slug for service in services},
        {tag.pk: tag.name for tag in tags},
    )


def similar_to(
    incident: Incident, *, to: User, limit: int = SHOWN, min_score: int = LEAST_SCORE
) -> list[Similar]:
    """The most similar of the other incidents that `to` may see, the best first."""
    traits = traits_of(incident.title, incident.services.all(), incident.tags.all())
    rows = Incident.objects.visible_to(to).exclude(pk=incident.pk)
    return most_similar(traits, rows, limit=limit, min_score=min_score)


def most_similar(
    traits: Traits, rows: IncidentQuerySet, *, limit: int = SHOWN, min_score: int = LEAST_SCORE
) -> list[Similar]:
    """`rows` are what the reader may see: everything else is left out before anything is counted or cut."""
    found = _candidates(traits, rows.comparable())
    services = _names(Incident.services.through, "service_id", "service__slug", found)
    tags = _names(Incident.tags.through, "tag_id", "tag__name", found)
    compared = {
        pk: reasons_of(traits, Traits(stems(title), services.get(pk, {}), tags.get(pk, {})))
        for pk, title in found.items()
    }
    scores = {pk: sum(reason.points for reason in reasons) for pk, reasons in compared.items()}
    best = sorted((pk for pk in scores if scores[pk] >= min_score), key=lambda pk: (-scores[pk], -pk))[:limit]
    shown = rows.for_list().in_bulk(best)
    return [Similar(shown[pk], compared[pk]) for pk in best if pk in shown]


def _candidates(traits: Traits, rows: IncidentQuerySet) -> dict[int, str]:
    """{primary key: title}."""
    newest = rows.order_by("-pk").values_list("pk", "title")
    sources = [newest.filter(services=pk) for pk in sorted(traits.services)[:ASKED]]
    sources += [newest.filter(tags=pk) for pk in sorted(traits.tags)[:ASKED]]
    if (
        traits.words
    ):  # by a sum, or PostgreSQL reads titles from the newest back instead of the index of words
        sources.append(newest.filter(_rarest(traits.words)).order_by((F("pk") + 0).desc()))
    return {pk: title for source in sources for pk, title in source[:NEWEST]}


def _rarest(words: Iterable[str]) -> HasWord:
    """One of the rare words; where all are common, the two rarest together."""
    asked = [beginning(stem) for stem in words]
    shares = common_words(WORD_INDEX, asked)
    asked.sort(key=lambda word: shares.get(word, 0))
    sums = accumulate(shares.get(word, 0) for word in asked)
    rare = [word for word, share in zip(asked, sums, strict=True) if share <= RARE]
    return HasWord("title", rare) if rare else HasWord("title", asked[:2], together=True)


def _names(link: type, column: str, name: str, pks: Iterable[int]) -> dict[int, dict[int, str]]:
    """{incident: {primary key: name}} of a many-to-many relation, in one query."""
    found: dict[int, dict[int, str]] = {}
    pairs = link._default_manager.filter(incident__in=list(pks)).values_list("incident_id", column, name)  # type: ignore[attr-defined]
    for incident, pk, text in pairs:
        found.setdefault(incident, {})[pk] = text
    return found


def reasons_of(one: Traits, other: Traits) -> list[Reason]:
    """Why they are alike; nothing shared is no reason."""
    shared = [
        (SERVICE, *_shared(one.services, other.services)),
        (TAG, *_shared(one.tags, other.tags)),
        (WORDS, *_shared_words(one.words, other.words)),
    ]
    return [Reason(kind, names, round(POINTS[kind] * share)) for kind, names, share in shared if names]


def _shared(one: Mapping[int, str], other: Mapping[int, str]) -> tuple[list[str], float]:
    names = sorted(one[pk] for pk in one.keys() & other.keys())
    return names, len(names) / max(1, min(len(one), len(other)))


def _shared_words(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[list[str], float]:
    names = [word for stem, word in other.items() if stem in one]
    return names, 2 * len(names) / max(1, len(one) + len(other))
