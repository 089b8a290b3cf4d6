"""Make the yardstick's tables, rows and token; prints the token. python -m benchmarks.yardstick.fill"""

import os
from datetime import UTC, datetime, timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.yardstick.settings"
ROWS = 100_000
START = datetime(2024, 1, 1, tzinfo=UTC)


def main() -> None:
    django.setup()
    from django.contrib.auth.models import User  # noqa: PLC0415  (models load after setup)
    from django.core.management import call_command  # noqa: PLC0415
    from rest_framework.authtoken.models import Token  # noqa: PLC0415

    from benchmarks.yardstick.models import Incident, Service  # noqa: PLC0415

    call_command("migrate", run_syncdb=True, verbosity=0)
    services = Service.objects.bulk_create(
        Service(name=f"Service {n}", slug=f"service-{n}", tier=n % 4, team=f"Team {n % 50}")
        for n in range(200)
    )
    Incident.objects.bulk_create((row(n, services[n % 200]) for n in range(ROWS)), batch_size=5000)
    user = User.objects.create_superuser("yardstick", "y@example.com", "y")
    print(Token.objects.create(user=user).key)


def row(n: int, service: object) -> object:
    from benchmarks.yardstick.models import Incident  # noqa: PLC0415

    at = START + timedelta(minutes=10 * n)
    return Incident(
        title=f"Requests to the checkout time out in region {n % 9}",
        key=f"INC-{n}",
        severity=n % 4 + 1,
        status=("open", "mitigated", "resolved", "closed")[n % 4],
        kind="real",
        commander=f"Person {n % 500}",
        declared_by=f"Person {n % 400}",
        started_at=at,
        resolved_at=at + timedelta(hours=1),
        created_at=at,
        service=service,
    )


if __name__ == "__main__":
    main()
