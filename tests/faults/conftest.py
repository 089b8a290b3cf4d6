"""Processes that share the test's database: on PostgreSQL the same one, on SQLite a copy of it in a file."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import connection

from tests.notifications.server import MailSink

ROOT = Path(__file__).resolve().parents[2]


class Fleet:
    def __init__(self, home, sink):
        self.home, self.sink = home, sink
        self.file = home / "ballast.sqlite3"
        self.allowed = ""

    @property
    def is_postgres(self):
        return connection.vendor == "postgresql"

    def sail(self, *waves):
        """Let each wave (a moment and its workers) loose at once, one wave after the other; their exit codes."""
        if not self.is_postgres:
            self.copy_database()
        order = json.dumps([{"now": now.isoformat(), "workers": workers} for now, workers in waves])
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.crew", order],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        codes = json.loads(done.stdout)
        assert all(1 not in wave for wave in codes), done.stderr
        return codes

    def copy_database(self):
        """In WAL before anybody opens it, as `./ballast up` leaves it: changing the mode waits for nobody."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(self.file)])
        with closing(sqlite3.connect(self.file)) as copy:
            assert copy.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)

    @property
    def environment(self):
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(self.home),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": "",
            "EMAIL_HOST": self.sink.host,
            "EMAIL_PORT": str(self.sink.port),
            "OUTBOUND_ALLOW": self.allowed,
            "LOG_LEVEL": "ERROR",
        }

    @property
    def database_url(self):
        if not self.is_postgres:
            return ""
        told = connection.settings_dict
        address = urlencode({"host": told["HOST"], "port": told["PORT"]})
        return f"postgresql://{quote(told['USER'])}:{quote(told['PASSWORD'])}@/{told['NAME']}?{address}"

    def ask(self, query):
        """Rows as the processes left them."""
        if self.is_postgres:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()
        with sqlite3.connect(self.file) as database:
            rows = database.execute(query).fetchall()
        database.close()
        return rows

    @property
    def statuses(self):
        """{Message-ID: status}"""
        return dict(self.ask("SELECT message_id, status FROM notifications_outboxmail"))


@pytest.fixture
def fleet(transactional_db, tmp_path):
    with MailSink() as sink:
        yield Fleet(tmp_path, sink)
