"""The yardstick behind the same server as the portal: two processes, one listening socket."""

import os
import sys

import django
import waitress
from django.core.handlers.wsgi import WSGIHandler

from benchmarks.processes import listen


def main(port: int, processes: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.yardstick.settings"
    django.setup()
    sock = listen(port)
    for _ in range(processes - 1):
        if not os.fork():
            break
    waitress.serve(WSGIHandler(), sockets=[sock], threads=8, _quiet=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
