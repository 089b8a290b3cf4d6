"""Admins edit the list of factor categories, whole and under one version."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock
from apps.core.permissions import require
from apps.postmortems.models import Factor, FactorCategories
from apps.postmortems.models.cause import Category
from apps.postmortems.policies import can_configure

MOST = 40
LONGEST_NAME = 60
LONGEST_SLUG = 40


@transaction.atomic
def edit_factor_categories(
    categories: Sequence[Category], *, seen: int | None = None, by: User
) -> FactorCategories:
    """The list as the model has it. One that factors use cannot go; it can cease to be offered."""
    require(can_configure(by), "Only admins change the categories.")
    current = FactorCategories.objects.current()
    first, _ = FactorCategories.objects.get_or_create(
        pk=current.pk, defaults={"categories": current.categories}
    )
    row = lock(first)
    check_version(row, seen)
    wanted = [
        {"slug": each["slug"], "name": " ".join(each["name"].split()), "is_offered": bool(each["is_offered"])}
        for each in categories
    ]
    _check(wanted)
    diff = apply_changes(row, {"categories": wanted})
    if diff:
        record("factor_categories.edited", row, by=by, changes=diff)
    return row


def _check(wanted: list[Category]) -> None:
    slugs = [each["slug"] for each in wanted]
    names = [each["name"].lower() for each in wanted]
    if not any(each["is_offered"] for each in wanted) or len(wanted) > MOST:
        raise ValidationError({"categories": f"From one to {MOST} of them, and one at least is offered."})
    if not all(names) or any(len(name) > LONGEST_NAME for name in names):
        raise ValidationError({"categories": f"Each needs a name of at most {LONGEST_NAME} characters."})
    if len(set(slugs)) < len(slugs) or len(set(names)) < len(names):
        raise ValidationError({"categories": "Two of them have the same name."})
    for slug in slugs:
        if len(slug) > LONGEST_SLUG:
            raise ValidationError({"categories": f"“{slug}” is longer than {LONGEST_SLUG} characters."})
        validate_slug(slug)
    used = set(Factor.objects.values_list("category", flat=True).distinct())
    gone = sorted(used - set(slugs))
    if gone:
        words = f"Factors use {', '.join(gone)}. Cease to offer it instead."
        raise ValidationError({"categories": words})
