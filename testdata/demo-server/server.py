"""A small HTTP bank to run generated features against: the routes of the synthetic bank, plain rules, no dependencies.

It decides by what a request holds (token, ids, amounts), never by what a test expects. State lives as long as the process.

    python3 server.py --port 0 --event-log events.jsonl

prints the port it listens on. `--controls` adds the controls that the synthetic bank lacks (lock-out, velocity, amount limit);
`--fault overdraft` takes one rule away, so that tests can be seen to fail.
"""

import argparse
import hashlib
import http.server
import json
import re
import secrets
import threading
import time
import urllib.parse

PASSWORDS = {"test-customer": "test-password", "locked-customer": "test-password", "careless-customer": "test-password"}
ACCOUNTS = {"ACC-1001": 10_000, "DE02120300000000202051": 10_000, "ACC-9009": 10_000}
FOREIGN = {"ACC-9009", "C-9"}
CUSTOMERS = {"C-1": "complete", "C-2": "incomplete", "C-9": "complete"}
CARDS = {"CARD-1": "active", "CARD-2": "declined", "CARD-3": "closed"}
TRANSFERS = {"T-1"}
STATEMENTS = {"S-1"}
BENEFICIARIES = {"DE02500105170137075030"}
HIGH_AMOUNT = 5_000
TRANSFERS_IN_A_ROW_MAX = 3
FAILED_LOGINS_MAX = 3


class Refused(Exception):
    """An answer other than success."""

    def __init__(self, status, code):
        super().__init__(code)
        self.status = status


class Bank:
    """Rules and state."""

    def __init__(self, controls, fault):
        self.controls, self.fault = controls, fault
        self.sessions, self.failed_logins, self.lock = {}, {}, threading.Lock()

    def answer(self, method, path, token, body):
        """Status and answer of a request."""
        for wanted_method, pattern, open_to_all, handler in ROUTES:
            found = re.fullmatch(pattern, path)
            if found and method == wanted_method:
                with self.lock:
                    session = self.sessions.get(token)
                    if session is None and not open_to_all:
                        raise Refused(401, "not_signed_in")
                    return handler(self, body, session, *(urllib.parse.unquote(part) for part in found.groups()))
        raise Refused(404, "no_such_route")

    def config(self, body, session):
        return 200, {"platform": "mobile", "features": ["transfers", "cards"]}

    def login(self, body, session):
        user, password = body.get("username"), body.get("password")
        if not isinstance(user, str):
            raise Refused(400, "username_not_valid")
        failures = self.failed_logins.get(user, 0)
        if user == "locked-customer" or (self.controls and failures >= FAILED_LOGINS_MAX):
            raise Refused(423, "locked")
        if user not in PASSWORDS or PASSWORDS[user] != password:
            self.failed_logins[user] = failures + 1
            raise Refused(401, "wrong_password")
        self.failed_logins[user] = 0
        token = secrets.token_hex(16)
        self.sessions[token] = {"transfers": 0, "token": token}
        return 200, {"token": token, "expires_in": 600}

    def refresh(self, body, session):
        if body.get("refresh_token") == "expired":
            raise Refused(401, "refresh_token_expired")
        return 200, {"token": session["token"], "expires_in": 600}

    def challenge(self, body, session):
        return 202, {"channel": "push"}

    def verify(self, body, session):
        if body.get("code") != "123456":
            raise Refused(401, "wrong_code")
        return 200, {"verified": True}

    def logout(self, body, session):
        del self.sessions[session["token"]]
        return 204, None

    def accounts(self, body, session, customer):
        known(CUSTOMERS, customer)
        return 200, [{"id": "ACC-1001", "type": "current"}, {"id": "DE02120300000000202051", "type": "savings"}]

    def customer_file(self, body, session, customer):
        known(CUSTOMERS, customer)
        return 200, {"id": customer}

    def kyc(self, body, session, customer):
        known(CUSTOMERS, customer)
        if CUSTOMERS[customer] == "incomplete":
            raise Refused(409, "incomplete")
        return 200, {"state": "complete"}

    def profile(self, body, session, customer):
        known(CUSTOMERS, customer)
        if "@" not in body.get("email", "somebody@example.org"):
            raise Refused(422, "email_not_valid")
        return 200, {"id": customer}

    def beneficiaries(self, body, session, customer):
        known(CUSTOMERS, customer)
        if body.get("iban") in BENEFICIARIES:
            raise Refused(409, "exists_already")
        return 200, {"iban": body.get("iban")}

    def search(self, body, session):
        return 200, {"results": []}

    def balance(self, body, session, account):
        known(ACCOUNTS, account)
        return 200, {"account": account, "available": ACCOUNTS[account], "currency": "EUR"}

    def transactions(self, body, session, account):
        known(ACCOUNTS, account)
        return 200, {"transactions": []}

    def statement(self, body, session, account, statement):
        known(ACCOUNTS, account)
        known(STATEMENTS, statement)
        return 200, {"statement": statement, "pages": 2}

    def validate(self, body, session, account):
        known(ACCOUNTS, account)
        if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", body.get("beneficiary_iban", "")):
            raise Refused(422, "beneficiary_not_valid")
        return 200, {"valid": True}

    def transfer(self, body, session, account):
        known(ACCOUNTS, account)
        amount = body.get("amount", 0)
        if not isinstance(amount, (int, float)) or amount <= 0:
            raise Refused(400, "amount_not_valid")
        if self.controls and session["transfers"] >= TRANSFERS_IN_A_ROW_MAX:
            raise Refused(429, "too_many_transfers")
        if self.controls and HIGH_AMOUNT < amount <= ACCOUNTS[account]:
            raise Refused(403, "second_approval_needed")
        if amount > ACCOUNTS[account] and self.fault != "overdraft":
            raise Refused(422, "insufficient_funds")
        session["transfers"] += 1
        transfer = f"T-{len(TRANSFERS) + 1}"
        TRANSFERS.add(transfer)
        return 201, {"id": transfer, "state": "booked"}

    def transfer_state(self, body, session, account, transfer):
        known(ACCOUNTS, account)
        known(TRANSFERS, transfer)
        return 200, {"id": transfer, "state": "booked"}

    def confirm(self, body, session, account, transfer):
        known(ACCOUNTS, account)
        known(TRANSFERS, transfer)
        return 200, {"id": transfer, "state": "confirmed"}

    def standing_order(self, body, session, account):
        known(ACCOUNTS, account)
        if body.get("amount", 0) > HIGH_AMOUNT:
            raise Refused(422, "limit_exceeded")
        return 200, {"state": "active"}

    def card(self, body, session, card):
        known(CARDS, card)
        return 200, {"id": card, "state": CARDS[card]}

    def freeze(self, body, session, card):
        known(CARDS, card)
        if CARDS[card] == "closed":
            raise Refused(409, "closed")
        return 200, {"id": card, "state": "frozen"}

    def card_payment(self, body, session):
        if CARDS.get(body.get("card")) != "active":
            raise Refused(402, "declined")
        return 200, {"state": "authorised"}

    def message(self, body, session):
        return (200 if body.get("ticket") else 201), {"ticket": "M-1"}

    def export(self, body, session):
        return 200, {"rows": 0}

    def quote(self, body, session):
        return 200, {"pair": "EURUSD", "rate": 1.08}


def known(things, name):
    """Refuses ids that do not exist, and those of others."""
    if name not in things:
        raise Refused(404, "not_found")
    if name in FOREIGN:
        raise Refused(403, "not_yours")


ID = "([^/]+)"
ROUTES = [
    (method, "(?:/api|/internal)/v1" + pattern, open_to_all, handler)
    for method, pattern, open_to_all, handler in [
        ("GET", "/config", True, Bank.config),
        ("POST", "/auth/login", True, Bank.login),
        ("POST", "/auth/token", False, Bank.refresh),
        ("POST", "/auth/mfa/challenge", False, Bank.challenge),
        ("POST", "/auth/mfa/verify", False, Bank.verify),
        ("POST", "/auth/logout", False, Bank.logout),
        ("GET", "/customers/search", False, Bank.search),
        ("GET", "/payees/search", False, Bank.search),
        ("GET", f"/customers/{ID}", False, Bank.customer_file),
        ("GET", f"/customers/{ID}/accounts", False, Bank.accounts),
        ("GET", f"/customers/{ID}/file", False, Bank.customer_file),
        ("GET", f"/customers/{ID}/kyc", False, Bank.kyc),
        ("PATCH", f"/customers/{ID}/profile", False, Bank.profile),
        ("POST", f"/customers/{ID}/beneficiaries", False, Bank.beneficiaries),
        ("GET", f"/accounts/{ID}/balance", False, Bank.balance),
        ("GET", f"/accounts/{ID}/transactions", False, Bank.transactions),
        ("GET", f"/accounts/{ID}/statements/{ID}", False, Bank.statement),
        ("POST", f"/accounts/{ID}/transfers/validate", False, Bank.validate),
        ("POST", f"/accounts/{ID}/transfers", False, Bank.transfer),
        ("GET", f"/accounts/{ID}/transfers/{ID}", False, Bank.transfer_state),
        ("POST", f"/accounts/{ID}/transfers/{ID}/confirm", False, Bank.confirm),
        ("POST", f"/accounts/{ID}/standing-orders", False, Bank.standing_order),
        ("GET", f"/cards/{ID}", False, Bank.card),
        ("PUT", f"/cards/{ID}/freeze", False, Bank.freeze),
        ("POST", "/payments/card", False, Bank.card_payment),
        ("POST", "/support/messages", False, Bank.message),
        ("GET", "/fx/quote", False, Bank.quote),
        ("POST", "/export", False, Bank.export),
    ]
]


class Handler(http.server.BaseHTTPRequestHandler):
    """HTTP around the bank."""

    protocol_version = "HTTP/1.1"
    bank = None
    event_log = None

    def handle_request(self):
        """Answers one request and writes it to the event log."""
        path = urllib.parse.urlsplit(self.path).path
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length) or b"{}")
            status, answer = self.bank.answer(self.command, path, token, body if isinstance(body, dict) else {})
        except Refused as refused:
            status, answer = refused.status, {"error": str(refused)}
        except ValueError:
            status, answer = 400, {"error": "body_not_json"}
        if self.event_log:
            key = hashlib.sha256(token.encode()).hexdigest()[:16]
            entry = {"event": "http_request", "key": key, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "method": self.command, "status": status}
            with self.bank.lock, open(self.event_log, "a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")
        payload = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request  # noqa: N815

    def log_message(self, *arguments):
        """Says nothing."""


def main():
    parser = argparse.ArgumentParser(description="A small HTTP bank to run generated features against.")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--event-log")
    parser.add_argument("--controls", action="store_true")
    parser.add_argument("--fault", choices=["overdraft"])
    options = parser.parse_args()
    Handler.bank, Handler.event_log = Bank(options.controls, options.fault), options.event_log
    server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
