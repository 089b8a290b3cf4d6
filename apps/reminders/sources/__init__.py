"""What a digest can speak of. Each source asks its own app; the planner and the renderer know no other app."""

from apps.reminders.sources.action_items import ActionItems, Verdicts
from apps.reminders.sources.escalations import Escalations
from apps.reminders.sources.news import News
from apps.reminders.sources.owed_postmortems import OwedPostmortems
from apps.reminders.sources.reviews import WaitingReviews
from apps.reminders.sources.source import Due, Planned, Source, Teller

SOURCES: tuple[Source, ...] = (Escalations(), ActionItems(), OwedPostmortems(), News())
TELLERS: tuple[Teller, ...] = (*SOURCES, WaitingReviews(), Verdicts())
"""In the order of what matters more: what two of them name, the first one does."""

__all__ = ["SOURCES", "TELLERS", "Due", "Planned", "Source", "Teller"]
