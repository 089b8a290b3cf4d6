"""`python -m apps.metrics.intervals`: one line of questions in, one line of limits out, until the input ends."""

import json
import sys

from apps.metrics.intervals.exact import METHODS


def main() -> None:
    for line in sys.stdin:
        answers = [METHODS[method](*given) for method, *given in json.loads(line)]  # type: ignore[operator]
        sys.stdout.write(json.dumps(answers) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
