"""Lock a row, compare its version, apply changes, and say what changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import models
from django.shortcuts import get_object_or_404

from apps.core.engines import copy_rows, is_postgres, write_moments
from apps.core.errors import StaleVersion
from apps.core.models import VersionedModel

Row = TypeVar("Row", bound=models.Model)
Diff = dict[str, list[Any]]
BATCH, MOST_BATCHES = 1000, 100
WORTH_COPYING = 100  # rows


def lock(row: Row) -> Row:
    """The row as stored now, locked until the transaction ends.

    First line of every operation that edits: a ModelForm has already written the new values onto the
    instance it was given, so without the re-read the diff is empty and the edit is lost.
    Raises Http404 when somebody removed it meanwhile.
    """
    manager: models.Manager[Row] = type(row)._default_manager
    found: Row = get_object_or_404(manager.select_for_update(of=("self",)), pk=row.pk)
    return found


def lock_shipped(current: Row, shipped: Mapping[str, Any]) -> Row:
    """The one row of a table that is read whole, locked; made from what is shipped when nobody has edited it yet."""
    first, _ = type(current)._default_manager.get_or_create(pk=current.pk, defaults=shipped)
    return lock(first)


def check_version(row: VersionedModel, seen: int | None) -> None:
    """Refuse an edit that started from an older version; None means the caller did not read one."""
    if seen is not None and seen != row.version:
        raise StaleVersion(row, seen=seen, current=row.version)


def apply_changes(row: models.Model, changes: Mapping[str, Any]) -> Diff:
    """Set the fields, validate those alone, save only what changed; {field: [old, new]} in plain values."""
    diff = difference(row, changes)
    if not diff:
        return {}
    for name in diff:
        setattr(row, name, changes[name])
    names = {field.name for field in row._meta.fields}
    row.full_clean(exclude=names - set(diff), validate_unique=True)
    saved = list(diff)
    if isinstance(row, VersionedModel):
        row.version += 1
        saved.append("version")
    if "updated_at" in names:
        saved.append("updated_at")
    row.save(update_fields=saved)
    return diff


def put_moments(rows: Iterable[models.Model], *columns: str) -> None:
    """Write these columns of date and time as they stand on the rows, and nothing else about them. One statement on
    PostgreSQL, without the branch of a CASE for each row that `bulk_update` makes."""
    written = list(rows)
    if not written:
        return
    if is_postgres():
        values = [(row.pk, *(getattr(row, name) for name in columns)) for row in written]
        write_moments(written[0]._meta.db_table, columns, values)
    else:
        type(written[0])._default_manager.bulk_update(written, columns, batch_size=500)


def put_rows(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model and give each its key. Many at once go in by COPY on PostgreSQL, which spares each
    of them its way through the ORM and the parser."""
    if not rows:
        return
    if is_postgres() and len(rows) >= WORTH_COPYING:
        copy_rows(type(rows[0]), rows)
    else:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=2000)


def difference(row: models.Model, changes: Mapping[str, Any]) -> Diff:
    """{field: [old, new]} for the fields whose value would change."""
    pairs = {name: (getattr(row, name), value) for name, value in changes.items()}
    return {name: [plain(old), plain(new)] for name, (old, new) in pairs.items() if old != new}


def delete_in_batches(rows: models.QuerySet[Any]) -> int:
    """Delete what may be much, a thousand rows at a time and each thousand by itself, so that nobody waits for long
    and an interrupted run has not been in vain. At most a hundred thousand; the next run takes the rest."""
    deleted = 0
    for _ in range(MOST_BATCHES):
        pks = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        deleted += rows.model._default_manager.filter(pk__in=pks).delete()[0] if pks else 0
        if len(pks) < BATCH:
            break
    return deleted


def plain(value: Any) -> Any:
    """A value as the audit trail stores it: keys for rows, ISO for times, the rest as it is."""
    if isinstance(value, models.Model):
        return str(getattr(value, "key", None) or getattr(value, "slug", None) or value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
