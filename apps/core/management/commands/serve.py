"""The web server: waitress, in one process or several that share one listening socket."""

import os
import signal
import socket
import sys
import traceback
from argparse import ArgumentParser
from types import FrameType
from typing import Any

import waitress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application

from apps.core.memory import in_one_piece, set_apart_what_is_loaded, share_one_heap

MEGABYTE = 1_000_000


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that a restarted server can take over at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise CommandError(f"Port {port} on {host} is not free: {error.strerror}.") from error
    sock.listen(1024)
    sock.settimeout(0)
    return sock


def serve(sock: socket.socket, *, threads: int) -> None:
    """Answer until told to stop; requests under way are finished first."""
    signal.signal(signal.SIGTERM, leave)
    waitress.serve(
        in_one_piece(get_wsgi_application()),
        sockets=[sock],
        threads=threads,
        connection_limit=2000,
        channel_timeout=30,
        backlog=1024,
        max_request_body_size=max(20 * MEGABYTE, 2 * settings.ATTACHMENT_MAX_BYTES),
        max_request_header_size=64_000,
        inbuf_overflow=MEGABYTE,
        clear_untrusted_proxy_headers=not settings.TRUSTED_PROXY_COUNT,
        ident=None,
        _quiet=True,
    )


def leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


class Command(BaseCommand):
    help = "Serve the portal over HTTP."
    requires_system_checks = ()  # `migrate` has run them; what they look at would stay here

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--processes", type=int, default=1)
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, *args: Any, **options: Any) -> None:
        share_one_heap()
        sock = listen(options["host"], options["port"])
        set_apart_what_is_loaded()
        if options["processes"] == 1:
            serve(sock, threads=options["threads"])
        else:
            sys.exit(share(sock, processes=options["processes"], threads=options["threads"]))


def share(sock: socket.socket, *, processes: int, threads: int) -> int:
    """Fork the workers and stay as their parent: when one dies all stop, so that whoever watches can restart."""
    children = {start_child(sock, threads=threads) for _ in range(processes)}
    signal.signal(signal.SIGTERM, leave)
    status = 0
    try:
        pid, code = os.wait()
        children.discard(pid)
        status = os.waitstatus_to_exitcode(code)
    except (KeyboardInterrupt, SystemExit):
        pass
    for child in children:
        os.kill(child, signal.SIGTERM)
    for child in children:
        os.waitpid(child, 0)
    return abs(status)


def start_child(sock: socket.socket, *, threads: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        serve(sock, threads=threads)
        status = 0
    except SystemExit:  # told to stop before it listened
        status = 0
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(status)
