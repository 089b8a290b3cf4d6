"""Read the environment: text, flag, number; every name also as NAME_FILE, for secrets kept in files."""

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file that NAME_FILE names, or the default."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name).strip().lower()
    return default if not value else value in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    value = text(name).strip()
    if not value:
        return default
    if not value.lstrip("-").isdigit():
        refuse(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks left out."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def places(name: str) -> list[tuple[str, int]]:
    """Host names or networks, each with its port: hooks.example.com:8443,10.20.0.0/16:443,[fd00::/8]:443"""
    found = []
    for word in words(name):
        place, _, port = word.rpartition(":")
        if not place or not port.isdigit() or not 0 < int(port) < 65536:
            refuse(
                f"{name} must name a host or network with its port, such as 10.20.0.0/16:443, not {word!r}."
            )
        found.append((place.strip("[]").lower(), int(port)))
    return found


def refuse(sentence: str) -> None:
    """Stop at once with one clear line: better no portal than an unsafe one."""
    sys.exit(f"Ballast does not start: {sentence}")


def database(url: str) -> dict[str, Any]:
    """postgresql://user:password@host:port/name?host=/socket/folder as Django's settings."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        refuse("DATABASE_URL must begin with postgresql://.")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(query.pop("port", parts.port or "")),
        "OPTIONS": query,
    }


def embedded_secret(data_dir: Path) -> str:
    """The embedded run keeps a key of its own beside its data, readable by its owner only."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
        except FileExistsError:  # another process of the same start was quicker
            pass
    return path.read_text(encoding="utf-8").strip()
