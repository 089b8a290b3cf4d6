"""The worker: Celery's own, without its command line, which brings a shell with completion along (10 MB)."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.core.memory import set_apart_what_is_loaded, share_one_heap
from config.celery import app


class Command(BaseCommand):
    help = "Do what is due: recompute, import, deliver. Any number of workers share the work."
    requires_system_checks = ()  # as with `serve`

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=4)
        parser.add_argument("--processes", type=int, default=0, help="instead of threads")
        parser.add_argument("--name", help="of this worker; else celery@ and the name of the machine")
        parser.add_argument(
            "--schedule", metavar="FILE", help="be the clock too, which keeps its times there"
        )
        parser.add_argument("--loglevel", default="INFO")

    def handle(self, *args: Any, **options: Any) -> None:
        os.environ.setdefault("CELERY_SKIP_CHECKS", "true")
        share_one_heap()
        set_apart_what_is_loaded()
        worker = app.Worker(
            hostname=options["name"],
            pool="prefork" if options["processes"] else "threads",
            concurrency=options["processes"] or options["threads"],
            beat=bool(options["schedule"]),
            schedule_filename=options["schedule"],
            loglevel=options["loglevel"],
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        worker.start()
        sys.exit(worker.exitcode)
