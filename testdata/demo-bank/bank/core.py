"""The bank around its rules: one request at a time, who asks, and what the logs hear of it."""

import dataclasses
import hashlib
import re
import secrets
import threading
import urllib.parse

from . import routes
from .errors import Refused
from .limits import SESSION_IDLE_SECONDS
from .rules import standing_orders
from .state import State


@dataclasses.dataclass
class Call:
    """One request as a rule sees it. `logged` and `message` are what a rule adds to the gateway's line."""

    method: str
    path: str
    url: str
    headers: object
    query: dict
    body: dict
    now: float
    token: str = ""
    session: object = None
    event: str = "no_route"
    message: str = ""
    code: str = ""
    silent: bool = False
    logged: dict = dataclasses.field(default_factory=dict)
    answer_headers: dict = dataclasses.field(default_factory=dict)
    request: int = 0
    delay_seconds: float = 0.0

    def app_session(self):
        """The id that the app gave its session before anybody signed in, or nothing."""
        name = self.headers.get("X-App-Session", "")
        return name if re.fullmatch("[A-Za-z0-9-]{8,40}", name) else ""


class Bank:
    """`faults` are the names of those switched on; `logs` writes, or is a writer to nowhere."""

    def __init__(self, faults, clock, logs, seed=0, customers=400, test_controls=False):
        self.faults, self.clock, self.logs = frozenset(faults), clock, logs
        self.seed, self.customers, self.test_controls = seed, customers, test_controls
        self.lock = threading.Lock()
        self.reset()

    def reset(self):
        """The state of the first moment; the clock goes back too."""
        self.clock.reset()
        self.state = State(self.seed, self.customers)
        standing_orders.seed(self)

    def faulty(self, name):
        """Whether a fault is on."""
        return name in self.faults

    def answer(self, call):
        """Status and answer of a request; `Refused` for every other one."""
        route, parts = routes.find(call.method, call.path, self.test_controls)
        if route is None:
            raise Refused(404, "no_such_route")
        call.event, call.silent = route.event, route in routes.CONTROLS
        call.session = self.session(call)
        if call.session is None and not route.open_to_all and not (call.event == "view_accounts" and self.faulty("accounts-without-sign-in")):
            raise Refused(401, "not_signed_in")
        standing_orders.run_due(self, call.now)
        return route.handler(self, call, *(urllib.parse.unquote(part) for part in parts))

    def session(self, call):
        """The session of the token, unless it has ended or nobody used it for too long."""
        session = self.state.sessions.get(call.token)
        if session is None:
            return None
        if call.now - session.seen > SESSION_IDLE_SECONDS and not self.faulty("session-never-expires"):
            del self.state.sessions[call.token]
            return None
        session.seen = call.now
        return session

    def new_token(self):
        """A token; on a simulated clock it follows from the seed, so that the logs of a seeded day are the same each time."""
        if self.clock.simulated:
            return f"{self.state.random.getrandbits(128):032x}"
        return secrets.token_hex(16)

    def ledger(self, call, event, account, **fields):
        """A line of the core ledger's log."""
        holder = self.state.customers[account.customer].profile["name"]
        session, request = (call.session, call.request) if call else (None, 0)
        self.logs.ledger(self.clock.now(), event, session, request, account, holder, fields)


def key_of(token):
    """What stands for a token in the event log."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]
