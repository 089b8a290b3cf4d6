"""A real HTTP server on loopback that behaves like a tracker: the shapes are those of the public API documentation,
only the fields that are read, with values of our own. What tests need beyond that are its faults."""

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DROP_AFTER = "does it, and hangs up"


class Missing(Exception):
    pass


class Handler(BaseHTTPRequestHandler):
    fake = None

    def handle_any(self):
        fake, length = self.fake, int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        fake.asked.append((self.command, self.path, body, self.headers))
        fault = fake.faults.pop(0) if fake.faults else None
        if isinstance(fault, tuple):
            self.say(*fault)
            return
        said = self.worked_out(body)
        if fault != DROP_AFTER:
            self.say(*said)

    def worked_out(self, body):
        if not self.fake.is_allowed(self.headers):
            return 401, {}, {"message": "Bad credentials"}
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        try:
            status, data, headers = self.fake.answer(self.command, parts.path, query, body, self.headers)
        except Missing:
            return 404, {}, {"message": "Not Found"}
        return status, headers, data

    def say(self, status, headers=(), data=None):
        raw = b"" if data is None else json.dumps(data).encode()
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_words):
        pass


for verb in ("GET", "POST", "PATCH", "PUT"):
    setattr(Handler, f"do_{verb}", Handler.handle_any)


class FakeTracker:
    """`faults` are met one after the other: (status, headers[, body]) instead of an answer, or DROP_AFTER."""

    def __init__(self):
        self.issues, self.asked, self.faults = {}, [], []
        self.token, self.clock, self.count = "secret-token-4711", NOW + timedelta(minutes=1), 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Ours", (Handler,), {"fake": self}))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def calls(self, method):
        return [path for asked, path, _, _ in self.asked if asked == method]

    def tick(self):
        self.clock += timedelta(minutes=1)
        return f"{self.clock:%Y-%m-%dT%H:%M:%SZ}"

    def is_allowed(self, headers):
        return self.token in headers.get("Authorization", "")

    def answer(self, method, path, query, body, headers):
        """(status, data, headers)"""
        raise NotImplementedError
