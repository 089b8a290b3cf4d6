"""What searching reads: one row of plain text per postmortem, and the words that occur in them.

The database keeps an index of its own over these rows (`search/install.py`)."""

from __future__ import annotations

from django.db import models

from apps.postmortems.models.postmortem import Postmortem


class SearchText(models.Model):
    """Text that every reader of the postmortem may read. Timelines are none of it: they have readers of their own.
    `folded` repeats, without accents, the lines that have some."""

    postmortem = models.OneToOneField(
        Postmortem, models.CASCADE, primary_key=True, related_name="search_text"
    )
    title = models.TextField()
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    folded = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.title[:80]


class SearchWord(models.Model):
    """A word as it was written somewhere, for those who misspell it. Shown only to who finds it where they may read."""

    text = models.CharField(max_length=30, unique=True)

    def __str__(self) -> str:
        return self.text
