"""`./ballast fmt`: put format and generated files right, so that `./ballast check` has nothing to say."""

import subprocess
import sys

from tools.checks import OPENAPI, ROOT, environment, openapi


def main() -> int:
    formatted = run("-m", "ruff", "format", "-q", ".")
    fixed = run("-m", "ruff", "check", "-q", "--fix", ".")
    result = subprocess.run(openapi(OPENAPI), cwd=ROOT, env=environment(), capture_output=True, text=True)
    if result.returncode:
        print(result.stdout + result.stderr)
    return 1 if formatted or fixed or result.returncode else 0


def run(*command: str) -> int:
    return subprocess.call([sys.executable, *command], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
