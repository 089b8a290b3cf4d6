"""manage.py index_postmortems"""

from typing import Any

from django.core.management.base import BaseCommand

from apps.postmortems.operations import rebuild_index


class Command(BaseCommand):
    help = (
        "Rebuilds what the search of postmortems reads. Needed only after rows were changed behind its back."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild_index()} postmortems are indexed.")
