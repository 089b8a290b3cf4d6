"""Which incidents are most like this one, and why.

Few are fetched through indexes (the newest of the same services, or of the same tags where none is named, and of the
rarest words of the title), then those are compared, so it costs the same among a hundred incidents and among a million.
A score is the sum of its reasons, in points of 100:

    same service    40 × services shared / services of whichever incident has fewer
    same tag        20 × tags shared / tags of whichever incident has fewer
    shared words    40 × 2 × words shared / (words of one title + words of the other)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from django.db.models import F, Value

from apps.core.engines import Among, HasWord, common_words, rows_together
from apps.incidents.models import Incident
from apps.incidents.words import beginning, stems

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import User
    from apps.incidents.models import IncidentQuerySet
    from apps.services.models import Service, Tag

SERVICE, TAG, WORDS = "service", "tag", "words"
POINTS = {SERVICE: 40, TAG: 20, WORDS: 40}
SHOWN, MOST = 5, 20
LEAST_SCORE = 15
NEWEST = 60  # of each service, or of each tag, and of the words
HAND = 90  # links looked at to find those: some lead to what the reader may not see, or to exercises
ASKED = 3  # services and tags; an incident with more is compared by its first
RARE = 0.01  # words are looked up as long as no more than 1 % of the titles hold them, the rarest first
WORD_INDEX = "incident_by_words"
LINKED = "linked"
LINKS: dict[str, tuple[Any, str]] = {
    "services": (Incident.services.through, "service_id"),
    "tags": (Incident.tags.through, "tag_id"),
}


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


def _traits_of_row(incident: Incident) -> Traits:
    """The same in one statement."""
    names: dict[str, dict[int, str]] = {"services": {}, "tags": {}}
    parts = [("services", incident.services, "slug"), ("tags", incident.tags, "name")]
    queries = [rows.order_by().values_list(Value(kind), "pk", name) for kind, rows, name in parts]
    for kind, pk, name in rows_together(queries):
        names[kind][pk] = name
    return Traits(stems(incident.title), **names)


def similar_to(
    incident: Incident, *, to: User, limit: int = SHOWN, min_score: int = LEAST_SCORE
) -> list[Similar]:
    """The most similar of the other incidents that `to` may see, the best first."""
    return _loaded(best_for(incident, to=to, limit=limit, min_score=min_score))


def best_for(incident: Incident, *, to: User, limit: int, min_score: int) -> Reasons:
    """The same as {primary key: reasons}, for who loads the rows differently."""
    traits = _traits_of_row(incident)
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
    links = _linked(found)
    others = {
        pk: Traits(stems(title), links["services"][pk], links["tags"][pk]) for pk, title in found.items()
    }
    scores = {pk: _points(traits, other) for pk, other in others.items()}
    best = sorted((pk for pk in scores if scores[pk] >= min_score), key=lambda pk: (-scores[pk], -pk))
    return {pk: reasons_of(traits, others[pk]) for pk in best[:limit]}


def _points(one: Traits, other: Traits) -> int:
    """The score alone, without the names."""
    return sum(round(POINTS[kind] * share) for kind, _, share in _shares(one, other))


def _candidates(traits: Traits, rows: IncidentQuerySet) -> dict[int, str]:
    """{primary key: title}. Tags find something only where no service is named.

    An index says which are the newest of each, whoever may see them; then their rows say which of those `rows` has.
    Asked for both at once, the database reads thousands of rows.
    """
    relation, pks = ("services", traits.services) if traits.services else ("tags", traits.tags)
    hands = _hands(relation, sorted(pks)[:ASKED])
    sources = [_titles(rows.filter(Among("pk", {pk for hand in hands.values() for pk in hand})), of=LINKED)]
    if traits.words:
        sources.append(_newest(rows.filter(_rarest(traits.words)), of=WORDS))
    seen: dict[str, dict[int, str]] = {LINKED: {}, WORDS: {}}
    for pk, title, source in rows_together(sources):
        seen[source][pk] = title
    return _chosen(relation, hands, seen[LINKED], rows) | seen[WORDS]


def _hands(relation: str, pks: Sequence[int]) -> dict[int, list[int]]:
    """{service or tag: primary keys of its newest incidents, the newest first}."""
    link, column = LINKS[relation]
    newest = link._default_manager.order_by("-incident_id").values_list(column, "incident_id")
    hands: dict[int, list[int]] = {pk: [] for pk in pks}
    for pk, incident in rows_together([newest.filter(**{column: pk})[:HAND] for pk in pks]):
        hands[pk].append(incident)
    return {pk: sorted(hand, reverse=True) for pk, hand in hands.items()}


def _chosen(
    relation: str, hands: Mapping[int, list[int]], seen: Mapping[int, str], rows: IncidentQuerySet
) -> dict[int, str]:
    """The newest that are seen of each hand. Where too few of a full one are, the long way is taken after all."""
    found: dict[int, str] = {}
    for pk, hand in hands.items():
        chosen = [incident for incident in hand if incident in seen][:NEWEST]
        found |= {incident: seen[incident] for incident in chosen}
        if len(chosen) < NEWEST and len(hand) == HAND:
            found |= {one: title for one, title, _ in _newest(rows.filter(**{relation: pk}), of=LINKED)}
    return found


def _newest(rows: IncidentQuerySet, *, of: str) -> QuerySet[Any, Any]:
    """By a sum, or PostgreSQL reads titles from the newest back instead of the index of words."""
    return _titles(rows, of=of).order_by((F("pk") + 0).desc())[:NEWEST]


def _titles(rows: IncidentQuerySet, *, of: str) -> QuerySet[Any, Any]:
    return rows.order_by().values_list("pk", "title", Value(of))


def _rarest(words: Iterable[str]) -> HasWord:
    """One of the rare words; where all are common, the two rarest together."""
    asked = [beginning(stem) for stem in words]
    shares = common_words(WORD_INDEX, asked, few=NEWEST)
    asked.sort(key=lambda word: shares.get(word, 0))
    sums = accumulate(shares.get(word, 0) for word in asked)
    rare = [word for word, share in zip(asked, sums, strict=True) if share <= RARE]
    return HasWord("title", rare) if rare else HasWord("title", asked[:2], together=True)


def _linked(pks: Iterable[int]) -> dict[str, dict[int, dict[int, str]]]:
    """{relation: {incident: {primary key of what it is linked to: ""}}}, in one narrow query."""
    found: dict[str, dict[int, dict[int, str]]] = {relation: defaultdict(dict) for relation in LINKS}
    asked = Among("incident_id", pks)
    sources = [
        link._default_manager.filter(asked).values_list(Value(relation), "incident_id", column)
        for relation, (link, column) in LINKS.items()
    ]
    for relation, incident, pk in rows_together(sources):
        found[relation][incident][pk] = ""
    return found


def reasons_of(one: Traits, other: Traits) -> list[Reason]:
    """Why they are alike; nothing shared is no reason."""
    names: dict[str, Mapping[Any, str]] = {SERVICE: one.services, TAG: one.tags, WORDS: other.words}
    return [
        Reason(kind, _named(names[kind], shared, is_sorted=kind != WORDS), round(POINTS[kind] * share))
        for kind, shared, share in _shares(one, other)
        if shared
    ]


def _named(names: Mapping[Any, str], shared: Sequence[Any], *, is_sorted: bool) -> list[str]:
    found = [names[key] for key in shared]
    return sorted(found) if is_sorted else found


def _shares(one: Traits, other: Traits) -> list[tuple[str, list[Any], float]]:
    """For each kind of reason what both have, words in the order of the other title, and how much of it all that is."""
    words = [stem for stem in other.words if stem in one.words]
    return [
        (SERVICE, *_shared(one.services, other.services)),
        (TAG, *_shared(one.tags, other.tags)),
        (WORDS, words, 2 * len(words) / max(1, len(one.words) + len(other.words))),
    ]


def _shared(one: Mapping[int, str], other: Mapping[int, str]) -> tuple[list[int], float]:
    shared = [pk for pk in other if pk in one]
    return shared, len(shared) / max(1, min(len(one), len(other)))
