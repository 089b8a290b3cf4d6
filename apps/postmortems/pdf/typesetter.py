"""A process of its own that makes one PDF: JSON in, PDF out. It is never imported by the portal: the typesetter and
its fonts would take a web process from 105 to some 190 MB.

python -m apps.postmortems.pdf.typesetter < document.json > document.pdf
"""

import base64
import json
import sys
import tempfile
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("postmortem.typ")
MOST_MEMORY = 1_500_000_000  # of addresses; a document of 1 MB of text needs a third


def main() -> None:
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  (not on Windows)

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    document = json.load(sys.stdin.buffer)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        template = root / TEMPLATE.name
        template.write_bytes(TEMPLATE.read_bytes())
        for name, content in document.pop("pictures", {}).items():
            (root / name).write_bytes(base64.b64decode(content))
        inputs = {"document": json.dumps(document)}
        sys.stdout.buffer.write(typst.compile(str(template), root=folder, sys_inputs=inputs, format="pdf"))


if __name__ == "__main__":
    main()
