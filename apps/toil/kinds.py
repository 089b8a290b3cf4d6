"""What work is sorted into."""

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
