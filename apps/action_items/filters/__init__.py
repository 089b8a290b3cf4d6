from apps.action_items.filters.items import (
    ActionItemApiFilter,
    ActionItemFilter,
    ActionItemListFilter,
    BoardFilter,
    EffectFilter,
    RecurrenceFilter,
    RowOrWordFilter,
    SavedViewFilter,
    owner_filter,
)

__all__ = [
    "ActionItemApiFilter",
    "ActionItemFilter",
    "ActionItemListFilter",
    "BoardFilter",
    "EffectFilter",
    "RecurrenceFilter",
    "RowOrWordFilter",
    "SavedViewFilter",
    "owner_filter",
]
