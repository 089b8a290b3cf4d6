"""Bring the database up to date and say in one word who lives in it: nobody, people, or demo."""

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

DEMO_ADMIN = "admin@ballast.example"


def main() -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    print(inhabitants())


def inhabitants() -> str:
    """The portal's own system user cannot sign in, so it counts for nobody."""
    people = [user.email for user in get_user_model().objects.iterator() if user.has_usable_password()]
    if DEMO_ADMIN in people and settings.EMBEDDED:
        return "demo"
    return "people" if people else "nobody"


if __name__ == "__main__":
    main()
