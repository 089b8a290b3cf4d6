"""The embedded broker: a folder of files, where a message appears whole or not at all.

Kombu's own transport opens the file under its last name and then writes. A worker that looks in between takes an empty
file, and ends, and the portal with it (celery/kombu#1551).
"""

from __future__ import annotations

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


class Transport(filesystem.Transport):
    Channel = Channel
