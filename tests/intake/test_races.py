"""Many at once, on a real database: the unique keys and the locks leave one of each."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from apps.incidents.models import Incident
from apps.intake.models import Alert, Delivery, Storm
from apps.intake.operations import process_due
from tests.incidents.test_parallel import all_at_once
from tests.intake.conftest import at, deliver, firing, group, make_integration

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


@pytest.fixture
def integration(transactional_db, root, payments):
    return make_integration(root, payments)


def test_the_same_delivery_six_times_at_once_is_one_row(integration):
    answers = all_at_once(lambda _n: deliver(integration, firing()), AT_ONCE)
    assert sum(begins for _, begins in answers) == 1
    assert list(Delivery.objects.values_list("repeats", flat=True)) == [AT_ONCE - 1]


def test_six_workers_on_twelve_deliveries_of_one_alert_open_one_candidate(integration):
    for n in range(12):
        deliver(integration, group(("a", 0, None), receiver=f"r{n}"))
    all_at_once(lambda _n: process_due(at(1)), AT_ONCE)
    assert Incident.objects.count() == 1
    assert set(Delivery.objects.values_list("status", flat=True)) == {"processed"}
    assert sorted(Delivery.objects.values_list("outcome", flat=True)) == ["joined"] * 11 + ["opened"]


def test_six_workers_in_a_storm_open_twenty_candidates_and_one_storm(integration):
    for n in range(40):
        deliver(integration, firing(key=f"key {n}"))
    all_at_once(lambda _n: process_due(at(1)), AT_ONCE)
    process_due(at(1))
    assert Alert.objects.exclude(incident=None).count() == 40
    assert Incident.objects.count() == 21
    assert Storm.objects.get().count == 20
    assert Incident.objects.filter(title="Alert storm from Prometheus: 20 alerts").exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock, and waits for it")
def test_a_lock_that_is_not_to_be_had_leaves_the_deliveries_to_the_next_tick(integration):
    deliver(integration, firing())
    process_due(at(1))
    for n in range(3):
        deliver(integration, group(("a", 0, None), receiver=f"r{n}"))
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Alert.objects.select_for_update().get()
            held.set()
            done.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    with pytest.raises(OperationalError):
        process_due(at(2))
    done.set()
    holder.join()
    assert list(Delivery.objects.values_list("status", "attempt").order_by("pk"))[1:] == [("received", 0)] * 3
    process_due(at(3))
    assert set(Delivery.objects.values_list("status", flat=True)) == {"processed"}
