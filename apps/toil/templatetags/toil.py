"""`{% load toil %}`: shares against their cap, in words and as meters."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from apps.core.charts import meter
from apps.core.templatetags.times import pct
from apps.toil.figures import share_of
from apps.toil.percent import DEFAULT_CAP, Share

register = template.Library()


@register.filter
def shown(share: Share, cap: Decimal = DEFAULT_CAP) -> str:
    """43.2%, or no capacity."""
    return share.shown(cap)


@register.filter
def is_over(share: Share, cap: Decimal = DEFAULT_CAP) -> bool:
    return share.is_over(cap)


@register.filter
def capacity_seconds(share: Share) -> int:
    return int(share.capacity_minutes * 60)


@register.simple_tag
def share_meter(
    share: Share, cap: Decimal, what: str, size: str = "thin", *, plain: bool = False
) -> SafeString:
    """A share with its cap drawn in. `plain` leaves the colour away: teams are not judged beside each other."""
    label = f"{what}: {share.shown(cap)}; the cap is {pct(cap)}"
    tone = "tone-danger" if share.is_over(cap) and not plain else ""
    drawn = None if share.exact is None else float(share.exact)
    return meter(drawn, label=label, cap=cap, size=size, tone=tone)


@register.filter
def points(value: Decimal) -> str:
    """7.4 points; the direction is said beside it."""
    number = f"{abs(value):f}".rstrip("0").rstrip(".") if value % 1 else f"{abs(value):.0f}"
    return f"{number} point" if number == "1" else f"{number} points"


register.filter("team_share", share_of)
