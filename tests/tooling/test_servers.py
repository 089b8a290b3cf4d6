import os
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as RedisIsAway

from tools import servers

pytestmark = pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="our own servers are tried once")


@pytest.mark.postgres
def test_postgres_is_new_knows_accents_and_is_gone_afterwards():
    with servers.postgres() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT upper('é'), current_setting('fsync')").fetchone() == ("É", "off")
        data = Path(connection.execute("SHOW data_directory").fetchone()[0])
        assert data.stat().st_uid == (os.geteuid() or servers.NOBODY)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)
    assert not data.exists()


@pytest.mark.postgres
def test_postgres_takes_settings_for_a_benchmark():
    with servers.postgres(settings={"shared_buffers": "64MB"}) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW shared_buffers").fetchone() == ("64MB",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


@pytest.mark.redis
def test_redis_asks_for_its_password_and_is_gone_afterwards():
    with servers.redis() as url, Redis.from_url(url) as client:
        assert client.set("key", "value")
        with (
            Redis.from_url("redis://" + url.partition("@")[2]) as stranger,
            pytest.raises(AuthenticationError),
        ):
            stranger.ping()
    with pytest.raises(RedisIsAway), Redis.from_url(url) as client:
        client.ping()


@pytest.mark.postgres
@pytest.mark.redis
def test_the_wheels_stand_in_for_missing_servers(monkeypatch):
    wheel = [folder for folder in servers._postgres_folders() if "site-packages" in folder.parts]
    monkeypatch.setattr(servers, "_postgres_folders", lambda: iter(wheel))
    monkeypatch.setattr(servers.shutil, "which", lambda _name: None)
    with servers.postgres() as database, servers.redis() as cache:
        with psycopg.connect(database) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with Redis.from_url(cache) as client:
            assert client.ping()


def test_what_cannot_be_had_is_said(monkeypatch):
    monkeypatch.setattr(servers, "_postgres_folders", lambda: iter(()))
    with pytest.raises(servers.UnavailableError, match="no PostgreSQL 15"), servers.postgres():
        pass
