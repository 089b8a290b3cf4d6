"""A real HTTP server on loopback that keeps what it is sent and answers as a test says."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """`answers` are given one after the other, then `always`: a status, (status, headers), or a function of the
    handler that does as it likes."""

    def __init__(self, always=200, tls=None):
        self.always, self.answers, self.requests = always, [], []
        self.open, self.most_open = 0, 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # whoever hangs up on us is what is tested
        if tls:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_address[1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook?key=1"

    @property
    def place(self):
        return ("127.0.0.1", self.port)

    def __enter__(self):
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def bodies(self):
        return [json.loads(request.body) for request in self.requests]

    @property
    def ids(self):
        return [request.headers["webhook-id"] for request in self.requests]

    def take(self, handler):
        with self._lock:
            self.requests.append(handler)
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            return self.answers.pop(0) if self.answers else self.always

    def _handler(receiver):  # noqa: N805  (the handler's own self is the other one)
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = receiver.take(self)
                try:
                    if callable(answer):
                        answer(self)
                    else:
                        self.say(*answer) if isinstance(answer, tuple) else self.say(answer)
                finally:
                    receiver.open -= 1

            def say(self, status, headers=()):
                self.send_response(status)
                for name, value in dict(headers).items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_words):
                pass

        return Handler
