"""Talks to the system under test: base URL and credentials from the environment, values and bodies from the data files."""

import http.client
import json
import os
import pathlib
import re
import time
import urllib.parse
import uuid

import accepted
from bodies import changed, variations
from log_files import log_since, log_sizes

LOCAL_HOSTS = ["localhost", "127.0.0.1", "::1"]
# The same in every step library: what a system logs of its callers is a part of accepted answers.
USER_AGENT = "logminer-tests"
TIMEOUT_S = int(os.environ.get("REQUEST_TIMEOUT_MS", "10000")) / 1000
SLOW_MS = int(os.environ.get("SLOW_MS", "5000"))
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


def scenario_key(tags, name):
    """What accepted answers are kept under: the scenario's id, or the name of one that a person wrote."""
    return next((tag.lstrip("@") for tag in tags if tag.lstrip("@").startswith("scn-")), name)


def missing_needs(texts, key=None):
    """Names of data that a scenario needs and nobody filled in: a reason to skip it."""
    for text in texts:
        for alias in re.findall(r"\$\{(foreign_\w+)\}", text):
            if DATA.get("values", {}).get(alias) is None:
                return f"fill the value {alias} in the file named by TEST_DATA: an id that belongs to somebody else"
        if text.endswith(" s have passed") and not DATA.get("clock"):
            return "fill clock in the file named by TEST_DATA: the call that moves the system's clock"
        pool = re.search(r' for every "(\w+)" of the pool$', text)
        if pool and not DATA.get("pools", {}).get(pool[1]):
            return f"fill the pool {pool[1]} in the file named by TEST_DATA: more values for that alias"
        if text.endswith(" as accepted") and not accepted.known(key):
            return "accept the answers of the test system first: run twice with ACCEPT=1"
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

    def __init__(self, key=None):
        self.saved, self.authorization, self.response, self.events = {}, {}, None, []
        self.key, self.last, self.sent, self.answers, self.noted, self.facts = key, None, {}, [], {}, {}
        self.shown, self.log_starts, self.done = {}, log_sizes(), []

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

    def send(self, method, path, data_name=None, body=None, user=None, idempotency_key=None):
        """Sends a request. A data set overrides values, body and headers; a body given here overrides both."""
        data_set = dict(DATA["data"][data_name]) if data_name else {}
        if user:
            data_set["user"] = user
        filled = re.sub(r"\$\{(\w+)\}", lambda found: urllib.parse.quote(str(self._value(found[1], data_set)), safe=""), path)
        if body is None:
            body = data_set.get("body", BODIES.get(f"{method} {path}", {})) if method in ("POST", "PUT", "PATCH") else None
        headers = {"Accept": "application/json", "X-Request-Id": str(uuid.uuid4())} | self.authorization | data_set.get("headers", {})
        payload, sent = None, {}
        if body is not None:
            content = self._filled(body, data_set)
            payload, sent = json.dumps(content).encode(), accepted.leaves(content)
            key = idempotency_key or str(uuid.uuid4())
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
            if not user:
                self.last = (method, path, data_name, body, key)
        self.sent = sent
        self.shown |= sent | {"authorization": self.authorization.get("Authorization", "").rpartition(" ")[2]}
        self.response = _request(method, filled, headers, payload)
        self.answers = [("", self.response, sent)]
        return self.response

    def repeat(self):
        """Sends the last request that had a body again, with its idempotency key: the answer was lost, the request was not."""
        assert self.last, "there is no request to repeat"
        method, path, data_name, body, key = self.last
        self.send(method, path, data_name, body, idempotency_key=key)

    def repeat_changed(self):
        """Sends another body with the idempotency key of the last request that had one: its first number is one greater, else its first text is longer."""
        assert self.last, "there is no request to repeat"
        method, path, data_name, body, key = self.last
        leaves = accepted.leaves(body)
        numbers = sorted(name for name, value in leaves.items() if isinstance(value, (int, float)) and not isinstance(value, bool))
        texts = sorted(name for name, value in leaves.items() if isinstance(value, str))
        if numbers:
            body = changed(body, numbers[0], leaves[numbers[0]] + 1)
        elif texts:
            body = changed(body, texts[0], leaves[texts[0]] + "x")
        self.send(method, path, data_name, body, idempotency_key=key)

    def send_times(self, times, method, path, data_name=None):
        """Sends a request several times, each for itself."""
        answers = []
        for time_number in range(1, int(times) + 1):
            self.send(method, path, data_name)
            answers.append((f"time {time_number}: ", self.response, self.sent))
        self.answers = answers

    def send_until(self, status, times, method, path, data_name=None):
        """Sends a request until it is answered so; the number of requests is a fact about the answer."""
        for time_number in range(1, int(times) + 1):
            if self.send(method, path, data_name).status == int(status):
                self.facts["requests until this status"] = str(time_number)
                return

    def pause(self, seconds):
        """Lets time pass on the system's clock."""
        call = DATA["clock"]
        body = json.loads(json.dumps(call["body"]).replace('"${seconds}"', str(int(seconds))))
        answer = _request(call["method"], call["path"], {"Content-Type": "application/json"}, json.dumps(body).encode())
        assert answer.status < 400, f"the clock call was refused with status {answer.status}"

    def send_edges(self, method, path):
        """Sends a request with each field of its body at its edges: left out, null, of another type, empty, zero, negative, at its limits.
        Where the test data can set the system up anew, each request finds the system as it was."""
        template = BODIES.get(f"{method} {path}", {})
        limits = _shaped(DATA.get("limits", {})).get(_shape(f"{method} {path}"), {})
        answers = []
        for label, body, times in variations(template, limits):
            if DATA.get("setup"):
                self.begin_anew()
            for time_number in range(1, times + 1):
                self.send_for_any_answer(method, path, body)
                answers.append((f"{label} ({time_number}): ", self.response, self.sent))
        self.answers = answers

    def send_pool(self, method, path, alias):
        """Sends a request for every value that the pool has for an alias."""
        answers = []
        for value in DATA["pools"][alias]:
            self.saved.pop(alias, None)
            if DATA.get("setup"):
                self.begin_anew()
            self.saved[alias] = value
            self.send(method, path)
            answers.append((f"{value}: ", self.response, self.sent))
        self.answers = answers

    def send_for_any_answer(self, method, path, body):
        """Sends a request; a system that hangs up instead of answering is told as status 0."""
        try:
            self.send(method, path, body=body)
        except (OSError, http.client.HTTPException):
            self.response = Response(0, {}, "", 0)

    def begin_anew(self):
        """Brings system and conversation to where they were before the call under test: the givens are done again."""
        done, self.done = self.done, []
        self.set_up()
        for step in done:
            step()
        self.done = done

    def given(self, step):
        """Does the work of a given, and remembers it."""
        step()
        self.done.append(step)

    def received(self, status, method, path, data_name=None):
        """An earlier call with its status."""
        answer = self.send(method, path, data_name)
        assert answer.status == int(status), f"an earlier {method} request to {path} was answered with {answer.status}"

    def received_until(self, status, times, method, path, data_name=None):
        """An earlier call that is made until it is answered so."""
        self.send_until(status, times, method, path, data_name)
        assert self.response.status == int(status), f"an earlier {method} request to {path} was answered with {self.response.status} all the time"

    def save_id(self, alias):
        """Saves the id that the response gives to what was made: a field of that name, else `id`, else the first one that ends like one.
        Where the answer has none, the value of the test data stays."""
        content = json.loads(self.response.text)
        fields = {re.sub(r"[^a-z]", "", name.lower()): value for name, value in content.items()} if isinstance(content, dict) else {}
        plain = alias.replace("_", "").lower()
        names = [plain, f"{plain}id", "id"] + [name for name in fields if name.endswith(("id", "reference", "number", "iban"))]
        found = next((fields[name] for name in names if type(fields.get(name)) in (str, int)), None)
        assert found is not None or alias in DATA.get("values", {}), f"the response has no id to save as {alias}"
        if found is not None:
            self.saved[alias] = found

    def read(self, path):
        """What a reading call answers, as JSON or text; the response under test stays."""
        response, sent, answers = self.response, self.sent, self.answers
        answer = self.send("GET", path)
        self.response, self.sent, self.answers = response, sent, answers
        return {"status": answer.status, "answer": _content(answer)}

    def note(self, path):
        """Notes the answer to a reading call."""
        self.noted[path] = self.read(path)

    def check_noted(self):
        """Compares how the noted answers have changed with what was accepted."""
        facts = {}
        for path, before in self.noted.items():
            facts |= accepted.change_facts(before, self.read(path), self.sent, f"GET {path}")
        accepted.check(f"{self.key} changes", facts)

    def check_answer(self):
        """Compares the answer, and what the log says of it, with what was accepted."""
        facts = dict(self.facts)
        for label, answer, sent in self.answers:
            facts |= {f"{label}status": str(answer.status), f"{label}headers": " ".join(sorted({name.lower() for name in answer.headers.keys()}))}
            facts[f"{label}slow"] = "yes" if answer.millis > SLOW_MS else "no"
            facts |= {f"{label}{name}": answer.headers.get(name, "none") for name in ("content-type", "cache-control")}
            facts |= accepted.facts_of(_content(answer), sent, f"{label}answer")
        secret = {name: value for name, value in self.shown.items() if isinstance(value, str)}
        values = {value for value in [*secret.values(), *map(str, self.saved.values())] if len(value) >= 4}
        logged = log_since(self.log_starts)
        facts["log card numbers"] = str(len(card_numbers(logged)))
        accepted.check(f"{self.key} answer", facts | accepted.log_facts(logged, secret, values))

    def set_up(self):
        """Runs the set-up calls of the test data: they bring the test system into its first state."""
        if DATA.get("setup"):
            self.available()
        for call in DATA.get("setup", []):
            answer = self.send(call["method"], call["path"], body=call.get("body"))
            assert answer.status < 400, f"the set-up call {call['path']} was refused with status {answer.status}"
        self.shown, self.log_starts = {}, log_sizes()

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
        connection.request(method, url.path.rstrip("/") + path, body=payload, headers={"User-Agent": USER_AGENT} | headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        return Response(answer.status, answer.headers, text, (time.monotonic() - started) * 1000)
    finally:
        connection.close()


def _content(answer):
    """The answer as JSON, else as text."""
    try:
        return json.loads(answer.text)
    except ValueError:
        return answer.text


def _shaped(by_call):
    return {_shape(call): value for call, value in by_call.items()}


def card_numbers(text):
    """Card numbers in a text: 13 to 19 digits, blanks and dashes between them allowed, with a valid check digit. Parts of a UUID are none."""
    plain = re.sub(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "uuid", text)
    candidates = re.findall(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z])", plain)
    return [digits for digits in (re.sub(r"[^0-9]", "", found) for found in candidates) if _passes_luhn(digits)]


def _passes_luhn(digits):
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
