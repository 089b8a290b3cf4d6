"""Which incidents are most like this one, and why.

Few are fetched through indexes (the newest of the same services, or of the same tags where none is named, and of the
rarest words of the title), then those are compared, so it costs the same among a hundred incidents and among a million.
A score is the sum of its reasons, in points of 100:

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
NEWEST = 60  # of each service, or of each tag, and of the words
ASKED = 3  # services and tags; an incident with more is compared by its first
RARE = 0.01  # words are looked up as long as no more than 1 % of the titles hold them, the rarest first
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
        return score_of(self.reasons)


Reasons = dict[int, list[Reason]]


def score_of(reasons: Iterable[Reason]) -> int:
    return sum(reason.points for reason in reasons)


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
    return _loaded(best_for(incident, to=to, limit=limit, min_score=min_score))


def best_for(incident: Incident, *, to: User, limit: int, min_score: int) -> Reasons:
    """The same as {primary key: reasons}, for who loads the rows differently."""
    traits = traits_of(incident.title, incident.services.all(), incident.tags.all())
    rows = Incident.objects.visible_to(to).exclude(pk=incident.pk)
    return _best(traits, rows, limit=limit, min_score=min_score)


def most_similar(
    traits: Traits, rows: IncidentQuerySet, *, limit: int = SHOWN, min_score: int = LEAST_SCORE
) -> list[Similar]:
    """`rows` are what the reader may see: everything else is left out before anything is counted or cut."""
    return _loaded(_best(traits, rows, limit=limit, min_score=min_score))


def _loaded(best: Reasons) -> list[Similar]:
    shown = Incident.objects.for_list().in_bulk(best)
    return [Similar(shown[pk], reasons) for pk, reasons in best.items() if pk in shown]


def _best(traits: Traits, rows: IncidentQuerySet, *, limit: int, min_score: int) -> Reasons:
    found = _candidates(traits, rows.comparable())
    services = _linked(Incident.services.through, "service_id", found) if traits.services else {}
    tags = _linked(Incident.tags.through, "tag_id", found) if traits.tags else {}
    compared = {
        pk: reasons_of(traits, Traits(stems(title), services.get(pk, {}), tags.get(pk, {})))
        for pk, title in found.items()
    }
    scores = {pk: score_of(reasons) for pk, reasons in compared.items()}
    best = sorted((pk for pk in scores if scores[pk] >= min_score), key=lambda pk: (-scores[pk], -pk))
    return {pk: compared[pk] for pk in best[:limit]}


def _candidates(traits: Traits, rows: IncidentQuerySet) -> dict[int, str]:
    """{primary key: title}. Tags find something only where no service is named."""
    newest = rows.order_by("-pk").values_list("pk", "title")
    sources = [newest.filter(services=pk) for pk in sorted(traits.services)[:ASKED]]
    sources = sources or [newest.filter(tags=pk) for pk in sorted(traits.tags)[:ASKED]]
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


def _linked(link: type, column: str, pks: Iterable[int]) -> dict[int, dict[int, str]]:
    """{incident: {primary key of what it is linked to: ""}} of a many-to-many relation, in one narrow query."""
    found: dict[int, dict[int, str]] = {}
    pairs = link._default_manager.filter(incident__in=list(pks)).values_list("incident_id", column)  # type: ignore[attr-defined]
    for incident, pk in pairs:
        found.setdefault(incident, {})[pk] = ""
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
