"""A process of its own that makes one PDF: JSON in, PDF out. It is never imported by the portal: the typesetter and
its fonts would take a web process from 105 to some 190 MB.

python -m apps.postmortems.pdf.typesetter < document.json > document.pdf
"""

import sys
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("postmortem.typ")
MOST_MEMORY = 1_500_000_000  # of addresses; a document of 1 MB of text needs a third


def main() -> None:
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  (not on Windows)

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    document = sys.stdin.buffer.read().decode()
    made = typst.compile(
        str(TEMPLATE), root=str(TEMPLATE.parent), sys_inputs={"document": document}, format="pdf"
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
