"""What the labels of other tools mean to a team: asked once, remembered for every later file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import Team, User
from apps.audit.operations import record
from apps.core.permissions import require
from apps.toil.models import ImportLabel, ToilSource, WorkKind
from apps.toil.models.imports import LONGEST_FOLDED, LabelPart
from apps.toil.operations.import_reading import labels_of
from apps.toil.policies import can_explain_labels

Label = tuple[str, str]  # part, name
NOT_YOURS = "Members of the team and admins say what its labels mean."


@dataclass(frozen=True, slots=True)
class Meaning:
    kind: str = WorkKind.UNMAPPED
    source: ToilSource | None = None

    @property
    def choice(self) -> str:
        """As a form and the API write it: a source as #slug, a kind by its name."""
        return f"#{self.source.slug}" if self.source else str(self.kind)

    @property
    def words(self) -> str:
        return self.source.name if self.source else str(WorkKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Meanings:
    by_label: Mapping[Label, Meaning]

    def of(self, project: str, activity: str, tags: Sequence[str]) -> Meaning:
        """The most exact label that is explained decides; what none explains is not sorted, and counts as nothing."""
        found = (self.of_label(part, name) for part, name in labels_of(project, activity, tags))
        return next((meaning for meaning in found if meaning.kind != WorkKind.UNMAPPED), Meaning())

    def of_label(self, part: str, name: str) -> Meaning:
        return self.by_label.get((part, folded(name)), Meaning())


def folded(name: str) -> str:
    """Without regard to case, which may make it longer."""
    return name.casefold()[:LONGEST_FOLDED]


def meanings_of(team: Team) -> Meanings:
    rows = ImportLabel.objects.filter(team=team).select_related("source")
    return Meanings({(row.part, row.folded): Meaning(row.kind, row.source) for row in rows})


def read_choice(choice: str, sources: Mapping[str, ToilSource]) -> Meaning:
    """Raises ValidationError for what is neither a source nor a kind."""
    if choice.startswith("#"):
        source = sources.get(choice[1:])
        if source is None:
            raise ValidationError("There is no such source.")
        return Meaning(WorkKind.TOIL, source)
    if choice not in WorkKind.values:
        raise ValidationError("This is neither a source nor a kind of work.")
    return Meaning(choice)


@transaction.atomic
def explain_labels(team: Team, *, wanted: Mapping[Label, str], by: User) -> int:
    """`wanted` says for each label what it means, as `Meaning.choice`. Returns how many came out different."""
    require(can_explain_labels(by, team), NOT_YOURS)
    sources = {source.slug: source for source in ToilSource.objects.all()}
    known, changes = meanings_of(team), {}
    for (part, name), choice in wanted.items():
        before, after = known.of_label(part, name), read_choice(choice, sources)
        if part not in LabelPart.values or not 0 < len(name) <= 120:
            raise ValidationError("There is no such label.")
        if before != after:
            _remember(team, part, folded(name), after)
            changes[f"{part} {name}"] = [before.choice, after.choice]
    if changes:
        record("team.import_labels_explained", team, by=by, changes=changes)
    return len(changes)


def _remember(team: Team, part: str, name: str, meaning: Meaning) -> None:
    rows = ImportLabel.objects.filter(team=team, part=part, folded=name)
    if meaning.kind == WorkKind.UNMAPPED:
        rows.delete()
        return
    ImportLabel.objects.update_or_create(
        team=team, part=part, folded=name, defaults={"kind": meaning.kind, "source": meaning.source}
    )
