from datetime import UTC, datetime

import pytest
import time_machine
from django.core import checks


@pytest.mark.parametrize("hour", [9, 18])  # where the hours of a usual day begin and end
def test_what_django_finds_wrong_with_the_models_does_not_depend_on_the_hour(hour):
    with time_machine.travel(datetime(2026, 11, 26, hour, 0, 2, tzinfo=UTC)):
        found = checks.run_checks(tags=[checks.Tags.models])
    assert [each for each in found if not each.is_silenced()] == []
