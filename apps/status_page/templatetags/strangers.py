"""What pages for strangers show otherwise than pages for colleagues."""

from django import template
from django.utils.safestring import SafeString

from apps.core import markdown

register = template.Library()


@register.filter
def public_markdown(text: str) -> SafeString:
    """Without pictures and without links that lead inside."""
    return markdown.render(text, is_public=True)
