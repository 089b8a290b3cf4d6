"""What a short search box means, in every list alike."""

from django.db.models import Q


def every_word(text: str, *fields: str) -> Q:
    """Each word of the text occurs in one of the fields, in any order and without regard to case."""
    wanted = Q()
    for word in text.split():
        found = Q()
        for field in fields:
            found |= Q(**{f"{field}__icontains": word})
        wanted &= found
    return wanted
