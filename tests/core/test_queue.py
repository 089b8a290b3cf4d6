"""The embedded broker, as worker and clock use it: two connections to one folder."""

from queue import Empty

import pytest
from django.conf import settings
from kombu import Connection
from kombu.transport import filesystem

from config.celery import app


@pytest.fixture
def channel(tmp_path):
    """A new channel each time, as another process would have it."""
    folders = {"data_folder_in": tmp_path, "data_folder_out": tmp_path, "control_folder": tmp_path}
    with Connection("files://", transport_options=folders) as connection:
        yield connection.channel


class Looked:
    """While it is written down, a worker looks for it."""

    def __init__(self, worker):
        self.worker, self.found = worker, None

    def __json__(self):
        try:
            self.found = self.worker._get("celery")
        except Empty:
            self.found = "nothing"
        return "whole"


def test_a_worker_that_looks_while_a_message_is_written_finds_nothing_then_all_of_it(channel):
    clock, worker = channel(), channel()
    message = Looked(worker)
    clock._put("celery", message)
    assert message.found == "nothing"
    assert worker._get("celery") == "whole"
    with pytest.raises(Empty):
        worker._get("celery")


def test_whoever_looks_while_the_first_listener_is_written_down_reads_a_whole_list(channel, monkeypatch):
    clock, worker, read = channel(), channel(), []
    lock = filesystem.lock

    def looked_at_before_it_is_locked(file, kind):
        if kind == filesystem.LOCK_EX:
            read.append(worker.get_table("celery"))
        lock(file, kind)

    monkeypatch.setattr(filesystem, "lock", looked_at_before_it_is_locked)
    clock._queue_bind("celery", "celery", "", "celery")
    assert read == [[]]
    assert [bound.queue for bound in worker.get_table("celery")] == ["celery"]
    assert [left.name for left in clock.control_folder.iterdir()] == ["celery.exchange"]


@pytest.mark.skipif(bool(settings.REDIS_URL), reason="with Redis there is no folder")
def test_the_embedded_portal_uses_it():
    assert app.connection().transport.__module__ == "config.queue"
