"""What a digest can speak of. Each source asks its own app; the planner and the renderer know no other app."""

from apps.reminders.sources.action_items import ActionItems
from apps.reminders.sources.owed_postmortems import OwedPostmortems
from apps.reminders.sources.reviews import WaitingReviews
from apps.reminders.sources.source import Due, Source, Teller

SOURCES: tuple[Source, ...] = (ActionItems(), OwedPostmortems())
TELLERS: tuple[Teller, ...] = (*SOURCES, WaitingReviews())

__all__ = ["SOURCES", "TELLERS", "Due", "Source", "Teller"]
