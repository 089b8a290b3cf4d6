"""Which incidents somebody may read, as one condition of a query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Expression, F
from django.utils import timezone

from apps.accounts.models import Membership
from apps.core.prepared import as_param
from apps.incidents.models.grant import IncidentGrant
from apps.incidents.models.role import RoleAssignment

if TYPE_CHECKING:
    from apps.accounts.models import User

Reader = tuple[Any, ...]

READABLE = (  # fixed names of tables; what people say comes as parameters
    "(NOT {is_private} OR {declared_by} = %s OR {pk} IN ("  # noqa: S608
    f"SELECT incident_id FROM {RoleAssignment._meta.db_table} WHERE person_id = %s"
    f" UNION ALL SELECT incident_id FROM {IncidentGrant._meta.db_table} WHERE ends_at > %s AND (person_id = %s"
    f" OR team_id IN (SELECT team_id FROM {Membership._meta.db_table} WHERE user_id = %s"
    " AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)))))"
)

SEEN_THROUGH = (
    "({column} IS NULL OR NOT EXISTS (SELECT 1 FROM incidents_incident of_it"  # noqa: S608
    " WHERE of_it.id = {column} AND of_it.is_private AND NOT "
    + READABLE.format(is_private="of_it.is_private", declared_by="of_it.declared_by_id", pk="of_it.id")
    + "))"
)

HIDDEN_FIRST = (
    "WITH hidden_incident AS MATERIALIZED (SELECT of_it.id FROM incidents_incident of_it"  # noqa: S608
    " WHERE of_it.is_private AND NOT "
    + READABLE.format(is_private="of_it.is_private", declared_by="of_it.declared_by_id", pk="of_it.id")
    + ") "
)


class ReadableBy(Expression):
    """Not private, declared by the person, a role of theirs, or access that runs, given to them or to a team that
    they belong to today in their zone.

    Written out because it stands in every query about incidents: as nested querysets it took longer to build
    (1.9 ms) than the list took to read. The columns of private rows are looked at first, so the sub-select
    is worked out once, and only when a private row is met.
    """

    def __init__(self, user: User, now: datetime) -> None:
        super().__init__(output_field=BooleanField())
        self.columns: list[Any] = [F("is_private"), F("declared_by"), F("pk")]
        self.reader = reader(user, now)

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        names = ("is_private", "declared_by", "pk")
        columns = {
            name: compiler.compile(column)[0] for name, column in zip(names, self.columns, strict=True)
        }
        return READABLE.format(**columns), _params(self.reader)


def _params(reader: Reader) -> list[Any]:
    me, now, day = map(as_param, reader)
    return [me, me, now, me, me, day, day]


def reader(user: User, now: datetime) -> Reader:
    """Who reads, when, and on which day that is for them."""
    return user.pk, now, timezone.localdate(now, timezone=user.zone)


class SeenThrough(ReadableBy):
    """For rows that may hang on an incident: `column` is empty, or an incident that the person may read.

    Private incidents are few and an index knows them, so it asks whether it is one of those that are hidden. PostgreSQL
    looks at one after the other where few rows are read, and reads all that are hidden first where many are.
    """

    def __init__(self, column: str, *reader: Any) -> None:
        Expression.__init__(self, output_field=BooleanField())
        self.columns = [F(column)]
        self.reader = reader

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        column = compiler.compile(self.columns[0])[0]
        return SEEN_THROUGH.format(column=column), _params(self.reader)


class BesideHidden(Expression):
    """The same in a statement that begins with `hidden_first`: it asks many times and works out what is hidden once."""

    def __init__(self, column: str) -> None:
        super().__init__(output_field=BooleanField())
        self.column: Any = F(column)

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        column = compiler.compile(self.column)[0]
        return f"({column} IS NULL OR {column} NOT IN (SELECT id FROM hidden_incident))", []  # noqa: S608


def hidden_first(*reader: Any) -> tuple[str, list[Any]]:
    return HIDDEN_FIRST, _params(reader)
