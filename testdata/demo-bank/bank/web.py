"""HTTP around the bank: a thread a connection, one request at a time in the bank."""

import decimal
import http.server
import json
import time
import urllib.parse

from . import clock
from .core import Call
from .errors import Refused
from .limits import BODY_BYTES_MAX


class Server(http.server.ThreadingHTTPServer):
    """Listens on this machine alone."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, bank, port):
        self.bank = bank
        super().__init__(("127.0.0.1", port), Handler)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 600

    def handle_request(self):
        """Answers one request and writes it to the logs."""
        bank, began = self.server.bank, time.monotonic()
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        raw = self.read_body()
        with bank.lock:
            self.take_time(bank)
            call = Call(self.command, url.path, self.path, self.headers, query, {}, bank.clock.now(), token, request=bank.state.next("request"))
            status, answer = self.decide(bank, call, raw)
        if call.delay_seconds:
            time.sleep(call.delay_seconds)
        with bank.lock:
            bank.logs.request(bank, call, status, self.client_ip(), time.monotonic() - began)
        self.send(call, status, answer)

    def read_body(self):
        """The body, or nothing if it is too long or its length is none."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > BODY_BYTES_MAX:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def take_time(self, bank):
        """`X-Test-Time` moves the clock before the request, where the controls of tests are on."""
        wanted = self.headers.get("X-Test-Time")
        if wanted and bank.test_controls:
            try:
                bank.clock.move_to(clock.parse(wanted))
            except ValueError:
                pass

    def decide(self, bank, call, raw):
        """Status and answer, whatever the rules do."""
        try:
            if raw is None:
                raise Refused(413, "body_too_long")
            call.body = parse(raw)
            return bank.answer(call)
        except Refused as refused:
            call.code = refused.code
            if bank.faulty("wrong-error-body"):
                return refused.status, f"<html><body><h1>Error {refused.status}</h1></body></html>"
            return refused.status, {"error": refused.code}
        except Exception as failure:  # noqa: BLE001 - the server goes on, the failure is in the log of errors
            call.code = "internal_error"
            bank.logs.failure(call, failure)
            return 500, {"error": "internal_error"}

    def client_ip(self):
        return self.headers.get("X-Forwarded-For", self.client_address[0])

    def send(self, call, status, answer):
        if isinstance(answer, str):
            kind, payload = "text/html", answer.encode()
        else:
            kind, payload = "application/json", b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("X-Request-Id", f"R{call.request:07}")
        for name, value in call.answer_headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(payload)))
        self._headers_buffer.append(b"\r\n")
        self.wfile.write(b"".join(self._headers_buffer) + payload)
        self._headers_buffer = []

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request  # noqa: N815

    def log_message(self, *arguments):
        """Says nothing: the bank's logs are in `logs`."""


def parse(raw):
    """The object of a body; numbers with a point stay decimal."""
    try:
        body = json.loads(raw or b"{}", parse_float=decimal.Decimal, parse_constant=refuse_constant)
    except (ValueError, RecursionError, decimal.DecimalException):
        raise Refused(400, "body_not_json") from None
    if not isinstance(body, dict):
        raise Refused(400, "body_not_object")
    return body


def refuse_constant(name):
    raise ValueError(name)
