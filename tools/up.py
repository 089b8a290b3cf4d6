"""./ballast up: the whole portal on this machine, web server, worker and clock, until Ctrl-C."""

import argparse
import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from tools.alone import hold
from tools.processes import Child, StopRequested, first_dead, listen_for_stop, stop

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 90.0
# The demo organisation exists in the embedded run only; `manage.py demo` gives its people this password.
DEMO_PASSWORD = "ballast-demo"  # noqa: S105
DEMO_PEOPLE = {
    "admin@ballast.example": "administrator",
    "lead@ballast.example": "leads a team",
    "member@ballast.example": "member of a team",
    "auditor@ballast.example": "auditor: reads everything, writes nothing",
}
BEAT = ["-m", "celery", "-A", "config", "beat", "--loglevel", "INFO"]


def main() -> int:
    listen_for_stop()
    try:
        return up(read_arguments())
    except StopRequested:
        return 130


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ballast up", description=__doc__)
    parser.add_argument("--empty", action="store_true", help="start without the demo organisation")
    parser.add_argument("--admin-email", default=os.environ.get("ADMIN_EMAIL", ""), help="with --empty")
    parser.add_argument("--admin-name", default=os.environ.get("ADMIN_NAME", ""), help="with --empty")
    return parser.parse_args()


def up(wishes: argparse.Namespace) -> int:
    environment = portal_environment()
    data = Path(environment["DATA_DIR"])
    held = hold(data / "up.lock")
    if held is None:
        print(
            f"Another ./ballast up runs on {data}. Use that one, or stop it first; DATA_DIR names another place."
        )
        return 1
    with held:
        return start(wishes, environment)


def start(wishes: argparse.Namespace, environment: dict[str, str]) -> int:
    port = int(environment["PORT"])
    if is_taken(port):
        print(f"Port {port} is taken. Choose another one, for example: PORT={port + 1} ./ballast up")
        return 1
    people = prepare(environment)
    if people == "nobody":
        people = first_run(wishes, environment)
    return run(environment, port=port, demo=people == "demo") if people else 1


def portal_environment() -> dict[str, str]:
    data = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    data.mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "DATA_DIR": str(data),
        "PORT": os.environ.get("PORT") or "8000",
        "EMBEDDED": "1",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def prepare(environment: dict[str, str]) -> str:
    """Migrate; answers nobody, people or demo, and nothing when it failed."""
    print("Preparing the database ...", flush=True)
    command = [sys.executable, "-m", "tools.prepare"]
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    return result.stdout.split()[-1] if result.returncode == 0 and result.stdout.split() else ""


def first_run(wishes: argparse.Namespace, environment: dict[str, str]) -> str:
    if not wishes.empty:
        print("First run: loading the demo organisation, two years of history ...", flush=True)
        return "demo" if manage(environment, "demo") else ""
    email, name = ask_for_admin(wishes)
    password = ["--password-env", "ADMIN_PASSWORD"] if os.environ.get("ADMIN_PASSWORD") else []
    return "people" if manage(environment, "create_admin", email, "--name", name, *password) else ""


def ask_for_admin(wishes: argparse.Namespace) -> tuple[str, str]:
    print("The portal is empty. Who is its first administrator?", flush=True)
    try:
        return (
            wishes.admin_email or input("E-mail: ").strip(),
            wishes.admin_name or input("Name: ").strip(),
        )
    except EOFError:
        sys.exit("\nNobody is here to ask: give --admin-email, --admin-name and the variable ADMIN_PASSWORD.")


def manage(environment: dict[str, str], *arguments: str) -> bool:
    return subprocess.call([sys.executable, str(ROOT / "manage.py"), *arguments], env=environment) == 0


def commands(environment: dict[str, str]) -> dict[str, list[str]]:
    schedule = str(Path(environment["DATA_DIR"]) / "beat-schedule")
    web = [str(ROOT / "manage.py"), "serve", "--host", "127.0.0.1", "--port", environment["PORT"]]
    worker = [str(ROOT / "manage.py"), "work"]
    if os.name == "nt":  # no beat inside the worker there
        return {"web": web, "worker": worker, "beat": [*BEAT, "-s", schedule]}
    return {"web": web, "worker": [*worker, "--schedule", schedule]}


def run(environment: dict[str, str], *, port: int, demo: bool) -> int:
    logs = Path(environment["DATA_DIR"]) / "logs"
    children: list[Child] = []
    try:
        for name, command in commands(environment).items():
            log = logs / f"{name}.log"
            children.append(Child(name, [sys.executable, *command], log=log, environment=environment))
        return supervise(children, port=port, demo=demo, logs=logs)
    except StopRequested:
        print("\nStopping ...", flush=True)
        return 0
    finally:
        stop(children)


def supervise(children: list[Child], *, port: int, demo: bool, logs: Path) -> int:
    if wait_until_healthy(children, port=port):
        welcome(port=port, demo=demo, logs=logs)
        while not tell_of_the_dead(children):
            time.sleep(0.3)
    return 1


def wait_until_healthy(children: list[Child], *, port: int) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        status, answer = health(port)
        if status == http.client.OK:
            return True
        if tell_of_the_dead(children):
            return False
        time.sleep(0.2)
    print(f"The portal did not become healthy in {PATIENCE:.0f} seconds. /readyz says: {answer or 'nothing'}")
    return False


def health(port: int) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"localhost:{port}"})
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace").strip()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def tell_of_the_dead(children: list[Child]) -> bool:
    dead = first_dead(children)
    if dead is None:
        return False
    print(f"\nThe {dead.name} process {dead.ending}, so everything stops. It said last:\n")
    print(dead.last_lines() or "  (nothing)")
    print(f"\nMore in {dead.log}", flush=True)
    return True


def welcome(*, port: int, demo: bool, logs: Path) -> None:
    print(f"\nBallast is running at http://localhost:{port}\n")
    if demo:
        print(f"Sign in with the password {DEMO_PASSWORD} as")
        for email, role in DEMO_PEOPLE.items():
            print(f"  {email:<26}{role}")
        print(f"\nReminder mails: http://localhost:{port}/dev/mail/")
    print(f"Logs: {logs}\nCtrl-C stops everything.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
