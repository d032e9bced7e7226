"""Talks to the system under test: base URL and credentials from the environment, values and bodies from the data files."""

import http.client
import json
import os
import pathlib
import re
import time
import urllib.parse
import uuid

LOCAL_HOSTS = ["localhost", "127.0.0.1", "::1"]
TIMEOUT_S = int(os.environ.get("REQUEST_TIMEOUT_MS", "10000")) / 1000
_FOLDER = pathlib.Path(__file__).resolve().parent.parent


def _merged(base, over):
    """The team's values over the generated ones, name by name."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return base | {name: _merged(base.get(name), value) for name, value in over.items()}


def _json(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


def _shape(call):
    """A call without the names in its path: `${account}` and `${account_id}` stand for the same thing there."""
    return re.sub(r"\$\{\w+\}", "${}", call)


def _replaced(base, over):
    """The team's bodies over the generated ones. They are replaced whole: a merged body would keep fields that the team took out."""
    by_shape = {_shape(call): body for call, body in over.items()}
    return {call: by_shape.get(_shape(call), body) for call, body in base.items()} | over


def _load():
    data, bodies = _json(_FOLDER / "test-data.json"), _json(_FOLDER / "bodies.json")
    if "TEST_DATA" in os.environ:
        data = _merged(data, _json(os.environ["TEST_DATA"]))
    data["users"] = _merged(data["users"], json.loads(os.environ.get("TEST_USERS", "{}")))
    if "TEST_BODIES" in os.environ:
        bodies = _replaced(bodies, _json(os.environ["TEST_BODIES"]))
    return data, bodies


DATA, BODIES = _load()


def base_url():
    """The base URL, if it is a test system: generated tests send real requests."""
    text = os.environ.get("BASE_URL")
    if not text:
        raise RuntimeError("set BASE_URL to the system under test")
    url = urllib.parse.urlsplit(text)
    allowed = LOCAL_HOSTS + [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",")]
    if not url.hostname or (url.hostname not in allowed and url.netloc not in allowed):
        raise RuntimeError(f"refused BASE_URL: {url.hostname} is not local and not in ALLOWED_HOSTS")
    return url


def missing_needs(texts):
    """Names of data that a scenario needs and nobody filled in: a reason to skip it."""
    for text in texts:
        found = re.search(r' with data "([^"]*)"$', text)
        if found and not isinstance(DATA.get("data", {}).get(found[1]), dict):
            return f"fill the data set {found[1]} in the file named by TEST_DATA"
        if re.search(r"^(the )?event |event log", text) and not os.environ.get("EVENT_LOG"):
            return "set EVENT_LOG to the file of observed events"
    return None


class Response:
    """An answer."""

    def __init__(self, status, headers, text, millis):
        self.status, self.headers, self.text, self.millis = status, headers, text, millis


class Client:
    """One scenario's conversation with the system."""

    def __init__(self):
        self.saved, self.authorization, self.response, self.events = {}, {}, None, []

    def _value(self, name, data_set):
        for pool in (self.saved, data_set.get("values", {}), data_set.get("user", {}), DATA.get("values", {}), DATA["users"]["customer"]):
            if name in pool:
                return pool[name]
        raise AssertionError(f"test-data.json has no value named {name}")

    def _filled(self, value, data_set):
        if isinstance(value, list):
            return [self._filled(item, data_set) for item in value]
        if isinstance(value, dict):
            return {name: self._filled(item, data_set) for name, item in value.items()}
        if not isinstance(value, str):
            return value
        whole = re.fullmatch(r"\$\{(\w+)\}", value)
        if whole:
            return self._value(whole[1], data_set)
        return re.sub(r"\$\{(\w+)\}", lambda found: str(self._value(found[1], data_set)), value)

    def send(self, method, path, data_name=None, body=None, user=None):
        """Sends a request. A data set overrides values, body and headers; a body given here overrides both."""
        data_set = dict(DATA["data"][data_name]) if data_name else {}
        if user:
            data_set["user"] = user
        filled = re.sub(r"\$\{(\w+)\}", lambda found: urllib.parse.quote(str(self._value(found[1], data_set)), safe=""), path)
        if body is None:
            body = data_set.get("body", BODIES.get(f"{method} {path}", {})) if method in ("POST", "PUT", "PATCH") else None
        headers = {"Accept": "application/json", "X-Request-Id": str(uuid.uuid4())} | self.authorization | data_set.get("headers", {})
        payload = None
        if body is not None:
            payload = json.dumps(self._filled(body, data_set)).encode()
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        self.response = _request(method, filled, headers, payload)
        return self.response

    def available(self):
        """Waits until the system answers anything."""
        base_url()
        until = time.monotonic() + float(os.environ.get("AVAILABLE_WITHIN_S", "10"))
        while True:
            try:
                _request("GET", "/", {}, None)
                return
            except OSError:
                if time.monotonic() >= until:
                    raise
                time.sleep(0.2)

    def sign_in(self, alias):
        """Signs in with the sign-in call of the test data, or takes the user's own headers."""
        user = DATA["users"].get(alias)
        assert user, f"test-data.json has no user named {alias}"
        if "headers" in user:
            self.authorization = user["headers"]
            return
        call = DATA.get("sign_in")
        assert call, "fill sign_in in test-data.json, or give the user headers"
        answer = self.send(call["method"], call["path"], user=user)
        assert answer.status < 400, f"sign-in was refused with status {answer.status}"
        self.authorization = {call["header"]: call.get("prefix", "") + str(self.field(call["token_field"]))}

    def sign_out(self):
        """Forgets who is signed in."""
        self.authorization = {}

    def field(self, path):
        """A field of the response by its dotted path; None when it is not there."""
        value = json.loads(self.response.text)
        for part in path.split("."):
            if isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            else:
                value = value.get(part) if isinstance(value, dict) else None
        return value

    def clean_up(self):
        """Runs the clean-up calls of the test data, whatever they answer."""
        for call in DATA.get("cleanup", []):
            try:
                self.send(call["method"], call["path"], body=call.get("body"))
            except OSError:
                pass


def _request(method, path, headers, payload):
    """One request, redirects not followed: they could lead away from the test system."""
    url = base_url()
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname, url.port, timeout=TIMEOUT_S)
    started = time.monotonic()
    try:
        connection.request(method, url.path.rstrip("/") + path, body=payload, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        return Response(answer.status, answer.headers, text, (time.monotonic() - started) * 1000)
    finally:
        connection.close()


def card_numbers(text):
    """Card numbers in a text: 13 to 19 digits, blanks and dashes between them allowed, with a valid check digit."""
    candidates = re.findall(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z])", text)
    return [digits for digits in (re.sub(r"[^0-9]", "", found) for found in candidates) if _passes_luhn(digits)]


def _passes_luhn(digits):
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
