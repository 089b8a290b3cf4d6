from apps.action_items.filters.items import (
    ActionItemApiFilter,
    ActionItemFilter,
    ActionItemListFilter,
    BoardFilter,
    EffectFilter,
    RecurrenceFilter,
    RowOrWordFilter,
    SavedViewFilter,
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
]
