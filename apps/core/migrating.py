"""Migrations that make many models, in a fraction of the time.

Django renders models anew after each operation: all that are related to what changed, and through people all are.
Models made one after the other are rendered once here, together; `operations` are Django's own and mean what they say.
"""

from collections.abc import Iterable, Iterator
from copy import copy
from itertools import groupby
from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    def apply(self, *arguments: Any, **named: Any) -> Any:
        step = copy(self)
        step.operations = list(_together(self.operations))  # type: ignore[misc]  # its own since it was made
        return migrations.Migration.apply(step, *arguments, **named)


class _AtOnce(Operation):
    """What asks only for how the models are at last, or for the indexes they had before."""

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        if "apps" in state.__dict__:
            del state.apps  # who asks for models next renders them all, once
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)


def _together(operations: Iterable[Operation]) -> Iterator[Operation]:
    for kind, run in groupby(operations, _kind):
        if kind:
            yield _AtOnce(list(run))
        else:
            yield from run


def _kind(operation: Operation) -> str:
    if isinstance(operation, migrations.CreateModel):
        return "models"
    return "indexes" if isinstance(operation, migrations.AddIndex | migrations.RemoveIndex) else ""
