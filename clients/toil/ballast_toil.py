"""`toil`: log toil in Ballast from a terminal. See README.md; nothing but the standard library."""

from __future__ import annotations

import argparse
import configparser
import getpass
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

TRIES = 4
TIMEOUT = 15
FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
AGAIN_LATER = {429, 502, 503, 504}
AT_HOME = {"localhost", "127.0.0.1", "::1"}
REFUSED, MISUSED, UNKNOWN = 1, 2, 3


class Trouble(Exception):
    """A sentence for the person, and how the program ends."""

    def __init__(self, text: str, code: int = REFUSED) -> None:
        super().__init__(text)
        self.code = code


# ---- Where and who


def config_path() -> Path:
    named = os.environ.get("BALLAST_CONFIG")
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(named) if named else Path(base) / "ballast" / "toil.ini"


def settings() -> tuple[str, str]:
    """Address and token; the environment wins over the file."""
    kept = read_config(config_path())
    url = os.environ.get("BALLAST_URL") or kept.get("url", "")
    token = os.environ.get("BALLAST_TOKEN") or kept.get("token", "")
    if not url or not token:
        raise Trouble(
            "No address or no token. Run `toil setup`, or set BALLAST_URL and BALLAST_TOKEN.", MISUSED
        )
    return checked_address(url, is_insecure=kept.get("insecure") == "yes"), token


def read_config(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise Trouble(f"{path} holds a token and can be read by others. Run: chmod 600 {path}", MISUSED)
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
        return dict(parser["ballast"]) if "ballast" in parser else {}
    except (configparser.Error, UnicodeDecodeError) as error:
        raise Trouble(f"{path} cannot be read: {error}", MISUSED) from error


def checked_address(url: str, *, is_insecure: bool) -> str:
    parts = urllib.parse.urlsplit(url.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Trouble(f"{url} is not an address such as https://ballast.example.com.", MISUSED)
    if parts.scheme == "http" and parts.hostname not in AT_HOME and not is_insecure:
        raise Trouble(
            f"{url} would send your token in the clear. Use https://, or write insecure = yes into {config_path()}.",
            MISUSED,
        )
    return urllib.parse.urlunsplit(parts)


def write_config(url: str, token: str, *, is_insecure: bool) -> Path:
    """Readable by its owner alone from the first byte on."""
    path = config_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    parser = configparser.ConfigParser(interpolation=None)
    parser["ballast"] = {"url": url, "token": token, **({"insecure": "yes"} if is_insecure else {})}
    fresh = path.with_suffix(f".{uuid.uuid4().hex}")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        parser.write(file)
    fresh.replace(path)
    return path


# ---- Talking to the portal


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token goes to the address it was given for, and nowhere else."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


class Portal:
    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        self.opener = urllib.request.build_opener(NoRedirect)

    def ask(self, verb: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer as data. What may be sent again is: reading, and writing with a key or a version."""
        request = urllib.request.Request(f"{self.url}/api/v1{path}", method=verb)
        for name, value in {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json",
            **headers,
        }.items():
            request.add_header(name, value)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        return self._try(request, headers.get("Idempotency-Key", ""))

    def _try(self, request: urllib.request.Request, key: str) -> Any:
        wait, why = FIRST_WAIT, ""
        for left in reversed(range(TRIES)):
            try:
                with self.opener.open(request, timeout=TIMEOUT) as answer:
                    return read_json(answer.read())
            except urllib.error.HTTPError as error:
                if error.code == 404 and why and request.get_method() == "DELETE":
                    return None  # gone by the try whose answer was lost
                if error.code not in AGAIN_LATER:
                    raise refusal(error) from error
                wait, why = asked_wait(error, wait), f"it says {error.code}"
            except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
                why = str(getattr(error, "reason", error)) or type(error).__name__
            if left:
                time.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
        if not key:
            raise Trouble(f"{self.url} does not answer ({why}).")
        raise Trouble(
            f"{self.url} does not answer ({why}). It is not known whether it was saved. "
            f"Run the same again with --key {key}: it is saved once, however often.",
            UNKNOWN,
        )


def read_json(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return harmless(json.loads(raw))
    except ValueError as error:
        raise Trouble("The answer is not one of Ballast. Is the address right?") from error


def harmless(found: Any) -> Any:
    """Without anything a terminal would obey: names are written by others."""
    if isinstance(found, str):
        return "".join(char if char.isprintable() else "\ufffd" for char in found)
    if isinstance(found, dict):
        return {name: harmless(value) for name, value in found.items()}
    return [harmless(value) for value in found] if isinstance(found, list) else found


def asked_wait(error: urllib.error.HTTPError, otherwise: float) -> float:
    asked = error.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_WAIT) if asked.isascii() and asked.isdigit() else otherwise


def refusal(error: urllib.error.HTTPError) -> Trouble:
    """What the portal says against it, in its own words."""
    if 300 <= error.code < 400:
        return Trouble(
            f"The portal is elsewhere: {error.headers.get('Location', '?')}. Correct the address.", MISUSED
        )
    if error.code == 401:
        return Trouble("The token is not accepted. Make another one under Tokens, and run `toil setup`.")
    try:
        found = harmless(json.loads(error.read()))
        errors, detail = found.get("errors", {}), found.get("detail", "")
    except (ValueError, AttributeError):
        return Trouble(f"The portal answered {error.code}.")
    texts = [text for named in errors.values() for text in ([named] if isinstance(named, str) else named)]
    return Trouble(" ".join(map(str, texts)) or detail or f"The portal answered {error.code}.")


# ---- Talking to the person


def is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask_person(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        return ""


def agree(question: str, options: argparse.Namespace) -> None:
    if options.yes:
        return
    if not is_interactive():
        raise Trouble("Nothing was done: say --yes to do it without being asked.", MISUSED)
    if ask_person(f"{question} [Y/n] ").lower() not in {"", "y", "yes"}:
        raise Trouble("Nothing was done.")


def minutes(seconds: int) -> str:
    hours, rest = divmod(round(seconds / 60), 60)
    return f"{hours} h {rest:02d} min" if hours and rest else f"{hours} h" if hours else f"{rest} min"


def show(reading: dict[str, Any]) -> None:
    for part in reading["parts"]:
        print(f"  {part['name']:<12}{part['words']}")
    if reading["left"]:
        print(f"  not known, so part of the text: {' '.join(reading['left'])}")


# ---- What it does


def line_of(options: argparse.Namespace) -> str:
    line = " ".join(options.words).strip()
    if not line and is_interactive():
        line = ask_person("What was it? ")
    if not line:
        raise Trouble("Say what it was: toil '25m restart ingest @payments'", MISUSED)
    return line


def read_line(portal: Portal, line: str) -> dict[str, Any]:
    reading: dict[str, Any] = portal.ask("GET", f"/toil/line/?{urllib.parse.urlencode({'line': line})}")
    show(reading)
    return reading


def log(portal: Portal, options: argparse.Namespace) -> None:
    line = line_of(options)
    reading = read_line(portal, line)
    body = {"line": line}
    if "time" in reading["missing"]:
        body["duration"] = time_for(reading, options)
    agree("Save it?", options)
    entry = portal.ask("POST", "/toil-entries/", body, **{"Idempotency-Key": options.key})
    print(f"Logged {minutes(entry['seconds'])} for {entry['team']} on {entry['local_date']}.")


def time_for(reading: dict[str, Any], options: argparse.Namespace) -> str:
    usual = reading["usual"]
    said = f"Usually {usual['duration']} for {usual['of']}." if usual else ""
    if options.yes or not is_interactive():
        raise Trouble(f"Say how long it took, such as 25m. {said}".strip())
    hint = f" [{usual['duration']}]" if usual else ""
    given = ask_person(f"How long did it take?{hint} ") or (usual["duration"] if usual else "")
    if not given:
        raise Trouble("Nothing was saved: it is not known how long it took.")
    return given


def only_read(portal: Portal, options: argparse.Namespace) -> None:
    missing = read_line(portal, line_of(options))["missing"]
    if missing:
        print(f"  missing: {', '.join(missing)}")


def start(portal: Portal, options: argparse.Namespace) -> None:
    line = line_of(options)
    read_line(portal, line)
    agree("Start the timer?", options)
    found = portal.ask("POST", "/timer/", {"line": line}, **{"Idempotency-Key": options.key})
    if found["stopped"]:
        print(f"Stopped “{found['stopped']['text']}”, {minutes(found['stopped']['seconds'])}.")
    print(f"Started “{found['timer']['text']}”.")


def stop(portal: Portal, options: argparse.Namespace) -> None:
    entry = portal.ask("POST", "/timer/stop/", **{"Idempotency-Key": options.key})
    if entry["status"] == "needs_review":
        print(
            f"It ran for {minutes(entry['seconds'])}. Say in the portal how long it really took; it counts nothing yet."
        )
    else:
        print(f"Logged {minutes(entry['seconds'])} for {entry['team']}: {entry['text']}.")


def status(portal: Portal, _options: argparse.Namespace) -> dict[str, Any] | None:
    timer: dict[str, Any] | None = portal.ask("GET", "/timer/")["timer"]
    if timer is None:
        print("No timer is running.")
        return None
    late = " Longer than your working day allows for: it will want a review." if timer["needs_review"] else ""
    print(f"“{timer['text']}” for {timer['team']}, {minutes(timer['seconds'])}.{late}")
    return timer


def discard(portal: Portal, options: argparse.Namespace) -> None:
    timer = status(portal, options)
    if timer is None:
        return
    agree("Throw it away?", options)
    portal.ask("DELETE", f"/timer/?{urllib.parse.urlencode({'timer': timer['id']})}")
    print("Thrown away. Nothing was logged.")


def again(portal: Portal, options: argparse.Namespace) -> None:
    repeats = portal.ask("GET", "/toil/repeats/")
    wanted = " ".join(options.words)
    if not wanted:
        for number, row in enumerate(repeats, 1):
            print(f"  {number}  {row['duration']:<8}{row['name']}")
        print("Log one of them with `toil again 1`." if repeats else "Nothing was logged in 28 days.")
        return
    if not (wanted.isascii() and wanted.isdigit()) or not 1 <= int(wanted) <= len(repeats):
        raise Trouble(f"There is no number {wanted}. `toil again` lists them.", MISUSED)
    row = repeats[int(wanted) - 1]
    print(f"  {row['duration']:<8}{row['name']}")
    agree("Log it again?", options)
    path, body = f"/toil-entries/{row['entry']}/repeat/", {"duration": row["duration"]}
    entry = portal.ask("POST", path, body, **{"Idempotency-Key": options.key})
    print(f"Logged {minutes(entry['seconds'])} for {entry['team']} on {entry['local_date']}.")


def undo(portal: Portal, options: argparse.Namespace) -> None:
    """The latest of one's own that was typed and did not come with a file, of the last 24 hours."""
    me = portal.ask("GET", "/users/me/")["slug"]
    asked = f"person={me}&status=confirmed&imported=false&sort=-logged&page_size=1"
    rows = portal.ask("GET", f"/toil-entries/?{asked}")["results"]
    if not rows or age(rows[0]["created_at"]) > 24 * 3600:
        raise Trouble("You logged nothing in the last 24 hours.")
    entry = rows[0]
    print(f"  {minutes(entry['seconds'])}  {entry['text']}  ({entry['team']}, {entry['local_date']})")
    agree("Take it back?", options)
    portal.ask("DELETE", f"/toil-entries/{entry['id']}/", **{"If-Match": f'"{entry["version"]}"'})
    print("Taken back.")


def age(moment: str) -> float:
    return time.time() - datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()


def setup(_options: argparse.Namespace) -> None:
    is_insecure = read_config(config_path()).get("insecure") == "yes"
    url = checked_address(ask_person("Address (https://ballast.example.com): "), is_insecure=is_insecure)
    token = getpass.getpass("Token (scope write; it is not shown): ").strip()
    me = Portal(url, token).ask("GET", "/users/me/")
    path = write_config(url, token, is_insecure=is_insecure)
    print(f"Hello {me['name']}. Kept in {path}, readable by you alone.")


ACTS = {
    "log": log,
    "read": only_read,
    "start": start,
    "stop": stop,
    "status": status,
    "discard": discard,
    "again": again,
    "undo": undo,
}
ALONE = {"stop", "status", "discard", "undo", "setup"}
"""After these nothing comes: `toil undo the migration 14:00-14:30` is a line."""


def read_arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="toil",
        description="Log toil in Ballast: toil '25m restart ingest @payments'",
        epilog=f"Or one of these words first: {', '.join([*ACTS, 'setup'])}. Quote the line: # ! ~ ^ are the shell's.",
    )
    parser.add_argument(
        "words", nargs="*", help="what to do, or the line: time, what, @service, #source, ^yesterday"
    )
    parser.add_argument("-y", "--yes", action="store_true", help="do it without being asked")
    parser.add_argument(
        "--key", default="", help="repeat an attempt of which it is not known whether it was saved"
    )
    options, unknown = parser.parse_known_args(given)
    if unknown and not unknown[0].lstrip("-").isdigit():
        parser.error(f"there is no {unknown[0]}")
    options.words = unknown + options.words if unknown else options.words
    options.key = options.key or str(uuid.uuid4())
    first = options.words[0] if options.words else ""
    is_act = first in {*ACTS, "setup"} and not (first in ALONE and len(options.words) > 1)
    options.act = options.words.pop(0) if is_act else "log"
    return options


def main(given: list[str] | None = None) -> int:
    options = read_arguments(sys.argv[1:] if given is None else given)
    try:
        if options.act == "setup":
            setup(options)
        else:
            ACTS[options.act](Portal(*settings()), options)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return trouble.code
    except KeyboardInterrupt:
        print("Nothing more was done.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
