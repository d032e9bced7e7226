"""The logs of the bank's systems, as they are before LogMiner-QA: with names, IBANs and card numbers.

| file | format | what |
|---|---|---|
| gateway.jsonl | JSON lines | each request, with the fields of its body; no password, no code, no whole card number |
| ledger.log | key=value | what moves or holds money, with holder, IBAN and payee |
| cards.csv | CSV | card operations, with whole card numbers, as an old card system writes them |
| errors.log | text | internal errors and declined cards, with stack traces |

`--event-log` is a fifth, for the log checks of tests: one JSON object a request, without personal data.
"""

import csv
import decimal
import io
import json
import pathlib
import random
import traceback

from .clock import stamp
from .core import key_of

BODY_FIELDS = "amount currency beneficiary_iban beneficiary_name iban name reference card merchant username email phone address day ticket text".split()
CARD_COLUMNS = ["timestamp", "level", "event", "session_id", "customer_id", "request_id", "card_id", "card_number", "holder", "amount", "currency", "merchant", "result", "reason"]
LATENCY_MS_MEDIAN = 40.0


class Logs:
    """Writes to the files of a folder, each line at once; without a folder nowhere."""

    def __init__(self, folder=None, event_log=None, seed=0):
        self.random = random.Random(f"latency {seed}")
        self.event_log = open(event_log, "a", encoding="utf-8", buffering=1) if event_log else None
        self.files = {}
        if folder:
            place = pathlib.Path(folder)
            place.mkdir(parents=True, exist_ok=True)
            for name in ("gateway.jsonl", "ledger.log", "cards.csv", "errors.log"):
                self.files[name] = open(place / name, "a", encoding="utf-8", buffering=1, newline="")
            if self.files["cards.csv"].tell() == 0:
                self.write("cards.csv", row(CARD_COLUMNS))

    def close(self):
        for file in [*self.files.values(), *([self.event_log] if self.event_log else [])]:
            file.close()

    def write(self, name, text):
        if self.files:
            self.files[name].write(text)

    def request(self, bank, call, status, client_ip, elapsed):
        """The gateway's line and the event log's."""
        if call.silent:
            return
        latency = round(elapsed * 1000)
        if bank.clock.simulated:
            latency = round(self.random.lognormvariate(0, 0.6) * LATENCY_MS_MEDIAN + call.delay_seconds * 1000)
        words = call.event.replace("_", " ")
        outcome = "done" if status < 400 else f"refused: {call.code}" if status < 500 else "failed"
        message = f"{words} {outcome}" + (f", {call.message}" if call.message else "")
        if self.event_log:
            self.event_log.write(json.dumps(event_of(call, status, message)) + "\n")
        line = {
            "timestamp": stamp(call.now),
            "level": "INFO" if status < 400 else "WARN" if status < 500 else "ERROR",
            "service": "gateway",
            "event": call.event,
            "message": message,
            "request_id": f"R{call.request:07}",
            **who(bank, call),
            "client_ip": client_ip,
            "user_agent": call.headers.get("User-Agent", ""),
            "http": {"method": call.method, "path": call.url, "status": status, "latency_ms": latency},
            **({"error": call.code} if call.code else {}),
            **{field: plain(call.body[field]) for field in BODY_FIELDS if field in call.body},
            **({"idempotency_key": call.headers["Idempotency-Key"]} if call.headers.get("Idempotency-Key") else {}),
            **call.logged,
        }
        self.write("gateway.jsonl", json.dumps(line, ensure_ascii=False) + "\n")

    def ledger(self, now, event, session, request, account, holder, fields):
        """`session` is nothing for what the bank does by itself."""
        pairs = {
            "ts": stamp(now), "level": "WARN" if "reason" in fields else "INFO", "svc": "ledger", "event": event, "msg": event.replace("_", " "),
            "session_id": session.id if session else "", "customer_id": account.customer, "request_id": f"R{request:07}" if request else "",
            "account": account.id, "iban": account.iban, "holder": holder, **fields,
        }  # fmt: skip
        self.write("ledger.log", " ".join(f"{key}={quoted(value)}" for key, value in pairs.items() if value != "") + "\n")

    def card(self, now, call, bank, card, event, result, reason):
        """A row of the card system; a declined payment is in its log of errors too."""
        holder = bank.state.customers[card.customer].profile["name"]
        level = "WARN" if reason else "INFO"
        cells = [stamp(now), level, f"card_{event}", call.session.id, card.customer, f"R{call.request:07}", card.id, card.number, holder]
        cells += [plain(call.body.get("amount", "")), call.body.get("currency", "EUR"), call.body.get("merchant", ""), result, reason]
        self.write("cards.csv", row(cells))
        if reason:
            trace = "\n".join([
                f"{stamp(now)} WARN  [cards-2] c.b.cards.Authorisation - declined: {reason}, card {card.number} of {holder}, session {call.session.id}",
                f"c.b.cards.DeclinedException: {reason}",
                "\tat c.b.cards.Authorisation.check(Authorisation.java:118)",
                "\tat c.b.cards.Authorisation.run(Authorisation.java:61)",
            ])  # fmt: skip
            self.write("errors.log", trace + "\n")

    def failure(self, call, failure):
        """An internal error with its stack, without the folders of this machine."""
        frames = traceback.extract_tb(failure.__traceback__)
        stack = [f"\tat bank.{pathlib.Path(frame.filename).stem}.{frame.name}({pathlib.Path(frame.filename).name}:{frame.lineno})" for frame in reversed(frames)]
        session = call.session.id if call.session else "-"
        head = f"{stamp(call.now)} ERROR [gateway-1] bank.{call.event} - request R{call.request:07} of session {session} failed"
        self.write("errors.log", "\n".join([head, f"bank.{type(failure).__name__}: {failure}", *stack]) + "\n")


def who(bank, call):
    """Who asked, as far as known; before sign-in there is the session that the app opened."""
    if not call.session:
        return {"session_id": call.app_session()} if call.app_session() else {}
    customer = call.session.acts_for[0]
    return {"session_id": call.session.id, "customer_id": customer, "customer_name": bank.state.customers[customer].profile["name"]}


def event_of(call, status, message):
    token = call.session.token if call.session else call.token
    return {"event": "http_request", "key": key_of(token), "time": stamp(call.now)[:19] + "Z", "method": call.method, "status": status, "message": message}


def plain(value):
    """A value of a body as a log shows it."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    return value if isinstance(value, (str, int, float)) else str(value)


def quoted(value):
    text = str(value)
    if text and not set(text) & set(' "=\\\n\r\t'):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def row(cells):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
