"""What a member brought along from the tool of his former team: an export of Kimai, its labels explained by him."""

from __future__ import annotations

from datetime import timedelta

from apps.accounts.models import Team, User
from apps.reports.operations.demo.stage import Stage
from apps.toil.models import ImportLabel, ImportState, ToilEntry, ToilImport, ToilSource, WorkKind
from apps.toil.operations import recompute_dirty_weeks, upload_file
from apps.toil.operations.import_parts import unpacked
from apps.toil.operations.imports import take_in

HEAD = "Date;From;To;Duration;Rate;User;Email;Customer;Project;Activity;Description;Exported;Tags"
MEMBER = "member@ballast.example"
WORK = (  # project, activity, what, minutes
    ("Ledger", "Development", "Move the batch reader to the new client", 150),
    ("Internal", "Stand-up", "Stand-up", 15),
    ("Ledger", "Review", "Review of the payout retry", 40),
    ("Support", "", "Call with the partner bank", 35),
    ("Internal", "Planning", "Plan the quarter", 60),
)
MEANS = {
    ("activity", "Development"): "engineering",
    ("activity", "Review"): "engineering",
    ("project", "Internal"): "overhead",
    ("activity", "Settlement"): "#settlement-re-run",
}
COUNT = 28


def make_time_file(stage: Stage) -> None:
    """Read as any upload is; what it did when is told by its row alone."""
    if "payments" not in stage.squads:
        return
    member, team = User.objects.get(email=MEMBER), Team.objects.get(slug="payments")
    raw = "\n".join([HEAD, *_rows(stage)]).encode()
    batch = upload_file(
        team=team, name="kimai-export.csv", chunks=[raw], tz=member.time_zone, now=stage.now, by=member
    )
    _explain(team)
    batch.state, batch.started_at, batch.finished_at = ImportState.DONE, stage.now, stage.now
    for part in batch.parts.all():
        take_in(batch, unpacked(part.content))
    batch.parts.all().delete()
    batch.upload.delete()
    _name(stage, batch)
    recompute_dirty_weeks(stage.now)


def _explain(team: Team) -> None:
    sources = {f"#{source.slug}": source for source in ToilSource.objects.filter(team=team)}
    for (part, name), means in MEANS.items():
        source = sources.get(means)
        kind = WorkKind.TOIL if source else means
        ImportLabel.objects.create(team=team, part=part, folded=name.casefold(), kind=kind, source=source)


def _name(stage: Stage, batch: ToilImport) -> None:
    """The same in every demo of a seed."""
    chance, entries = stage.chance("time file"), list(batch.entries.order_by("pk"))
    batch.uuid = chance.uuid()
    batch.save()
    for entry in entries:
        entry.uuid = chance.uuid()
    ToilEntry.objects.bulk_update(entries, ["uuid"])


def _rows(stage: Stage) -> list[str]:
    """Thirty: two of yesterday are toil, one before them has no time, one is somebody's who left."""
    today = stage.now.date()
    rows = [_row((today - timedelta(days=3 + n)).isoformat(), *WORK[n % len(WORK)]) for n in range(COUNT - 2)]
    yesterday = (today - timedelta(days=1)).isoformat()
    settled = [
        _row(yesterday, "Ledger", "Settlement", f"Settlement of {bank} once more", 20)
        for bank in ("two banks", "one bank")
    ]
    empty = _row(yesterday, "Support", "", "Timer that was never started", 0)
    return [*rows, *settled, empty, empty.replace(MEMBER, "petra@formerly.example")]


def _row(day: str, project: str, activity: str, text: str, minutes: int) -> str:
    return f"{day};;;{minutes * 60};0;Tomas Novak;{MEMBER};Payments;{project};{activity};{text};no;"
