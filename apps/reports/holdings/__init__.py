"""What somebody who leaves holds: one module for each app that has something of the kind."""

from apps.reports.holdings.action_items import ActionItems
from apps.reports.holdings.holding import Held, Kind, Source
from apps.reports.holdings.incidents import Roles
from apps.reports.holdings.postmortems import Owed, Postmortems, Reviews
from apps.reports.holdings.toil import CapPlans, ToilSources

SOURCES: tuple[Source, ...] = (
    *(Roles(), ActionItems(), Owed(), Postmortems(), Reviews()),
    *(ToilSources(), CapPlans()),
)
BY_KIND = {source.kind: source for source in SOURCES}

__all__ = ["BY_KIND", "SOURCES", "Held", "Kind", "Source"]
