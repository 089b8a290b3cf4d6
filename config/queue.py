"""The embedded broker: a folder of files, where a message appears whole or not at all.

Kombu's own transport opens the file under its last name and then writes. A worker that looks in between takes an empty
file, and ends, and the portal with it (celery/kombu#1551). The list of who listens has the same gap when it is new.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_options: Any) -> None:  # type: ignore[override]
        """Named as Kombu names it, in the order of time; until it is whole, by a name that no queue looks for."""
        whole = Path(self.data_folder_out) / f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        part = whole.with_name(f"{whole.name}.part")
        try:
            with part.open("wb") as file:
                file.write(dumps(payload).encode())  # type: ignore[no-untyped-call]
            part.replace(whole)
        except OSError as refused:
            raise ChannelError(f"Cannot add {whole.name} to {whole.parent}") from refused

    def _queue_bind(self, exchange: str, *binding: Any) -> None:
        """The first to come puts an empty list there, whole, for everybody to lock, read and add to."""
        table = self._exchange_file(exchange)  # type: ignore[no-untyped-call]
        if not table.exists():
            self.control_folder.mkdir(exist_ok=True)
            whole = table.with_name(f"{table.name}.{uuid4()}.part")
            whole.write_text("[]")
            # Refused where somebody was first, and on file systems without links: then as Kombu does it.
            with suppress(OSError):
                table.hardlink_to(whole)
            whole.unlink()
        super()._queue_bind(exchange, *binding)  # type: ignore[no-untyped-call]


class Transport(filesystem.Transport):
    Channel = Channel
