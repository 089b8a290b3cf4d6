"""What work is sorted into."""

from enum import IntEnum

from django.db.models import TextChoices


class WorkKind(TextChoices):
    """`unmapped` is what came from another tool whose labels nobody has explained yet: it counts as nothing."""

    TOIL = "toil", "Toil"
    OPS_OTHER = "ops_other", "Other operational work"
    OVERHEAD = "overhead", "Overhead"
    ENGINEERING = "engineering", "Engineering"
    UNMAPPED = "unmapped", "Not sorted yet"


SORTED_KINDS = [pair for pair in WorkKind.choices if pair[0] != WorkKind.UNMAPPED]
"""What people call their work. Nobody says of what they write themselves that it is not sorted."""


class Category(TextChoices):
    """Where toil comes from, after the SRE workbook, chapter 6."""

    BUSINESS_PROCESS = "business_process", "Business process"
    PRODUCTION_INTERRUPT = "production_interrupt", "Production interrupt"
    RELEASE_SHEPHERDING = "release_shepherding", "Release shepherding"
    MIGRATION = "migration", "Migration"
    COST_CAPACITY = "cost_capacity", "Cost and capacity"
    OPAQUE_TROUBLESHOOTING = "opaque_troubleshooting", "Opaque troubleshooting"
    OTHER = "other", "Other"


class Tally(IntEnum):
    """What time counts as, in one stored number: toil is `TOIL` and the place of its category beyond, so that a new
    category comes last. `OTHER` is known work that is neither toil nor operational: its day is no silent one."""

    NOT = 0
    OTHER = 1
    OPS = 2
    TOIL = 10


def tally_of(kind: str, category: str, *, is_confirmed: bool) -> int:
    """The migration that follows entries says the same in SQL."""
    if not is_confirmed:
        return Tally.NOT
    if kind == WorkKind.TOIL:
        return Tally.TOIL + Category.values.index(category)
    return Tally.OPS if kind == WorkKind.OPS_OTHER else Tally.OTHER
