"""Run the portal as it is installed: python -m benchmarks.installed manage.py serve ...

The environment of tests has more in it. What some libraries use whenever it is there (structlog takes rich, Django REST
framework takes requests) would be counted as the portal's memory: 10 MB that no installation has.
"""

import os
import runpy
import sys


def main() -> None:
    for name in os.environ.pop("ONLY_IN_TESTS").split():
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  (to import it fails, as where it is not there)
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
