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
    people = get_user_model().objects.people()
    if settings.EMBEDDED and people.filter(email=DEMO_ADMIN).exists():
        return "demo"
    return "people" if people.exists() else "nobody"


if __name__ == "__main__":
    main()
