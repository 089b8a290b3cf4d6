"""The Atom feed of published postmortems, as one person may see them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from apps.accounts.models import User
from apps.postmortems.models import Postmortem, PublishedSnapshot

SIZE = 50
SUMMARY = 1200  # characters of the first section
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML holds them
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


class Feed(Atom1Feed):
    """Without entries a feed has a date that stays; the base would say now, every time."""

    def latest_post_date(self) -> datetime:
        dates: list[datetime] = [item["updateddate"] for item in self.items]
        return max(dates, default=BEGINNING)


def feed_text(person: User) -> str:
    """The newest versions first. A feed leaves the house, so what is private is not in it, whoever may see it."""
    home = settings.BASE_URL + reverse("postmortems:list")
    feed = Feed(title="Postmortems", link=home, description="", language="en")
    for row, snapshot in _newest(person):
        feed.add_item(
            title=NO_XML.sub("", snapshot.title),
            link=settings.BASE_URL + row.get_absolute_url(),
            description=_summary(snapshot),
            unique_id=f"{settings.BASE_URL}{row.get_absolute_url()}#{snapshot.version}",
            pubdate=snapshot.published_at,
            updateddate=snapshot.published_at,
            categories=[tag.name for tag in row.tags.all()],
        )
    text: str = feed.writeString("utf-8")
    return text


def _newest(person: User) -> list[tuple[Postmortem, PublishedSnapshot]]:
    rows = Postmortem.objects.visible_to(person).published().exclude(incidents__is_private=True)
    newest = list(rows.order_by("-published_at", "-pk").prefetch_related("tags")[:SIZE])
    snapshots = PublishedSnapshot.objects.filter(postmortem__in=newest)
    found = {(each.postmortem_id, each.version): each for each in snapshots}
    return [(row, found[row.pk, row.published_version or 0]) for row in newest]


def _summary(snapshot: PublishedSnapshot) -> str:
    bodies = (str(section["body"]).strip() for section in snapshot.content["sections"])
    return NO_XML.sub("", next(filter(None, bodies), ""))[:SUMMARY]
