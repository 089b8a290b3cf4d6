import threading

import pytest
from django.db import connection, transaction

from apps.core.keys import next_key


@pytest.mark.django_db
def test_keys_count_up_per_prefix():
    with transaction.atomic():
        assert next_key("INC") == (1, "INC-1")
        assert next_key("INC") == (2, "INC-2")
        assert next_key("PM") == (1, "PM-1")


@pytest.mark.django_db(transaction=True)
def test_a_key_is_refused_outside_a_transaction():
    with pytest.raises(RuntimeError):
        next_key("INC")


@pytest.mark.django_db(transaction=True)
def test_keys_are_dense_when_twenty_take_them_at_once_and_some_roll_back():
    taken, lock = [], threading.Lock()

    class RolledBackError(Exception):
        pass

    def take(n):
        try:
            with transaction.atomic():
                number, _ = next_key("INC")
                if n % 5 == 0:
                    raise RolledBackError
            with lock:
                taken.append(number)
        except RolledBackError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 17))
