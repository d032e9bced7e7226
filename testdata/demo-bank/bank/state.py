"""What the bank knows. `fresh` builds it from a seed: the same seed gives the same customers, accounts and cards."""

import dataclasses
import random

from . import people


@dataclasses.dataclass
class User:
    """Someone who signs in; `acts_for` are customer ids, the first is the user's own."""

    name: str
    password: str
    acts_for: list
    failures: int = 0
    locked_until: float = 0.0


@dataclasses.dataclass
class Customer:
    id: str
    profile: dict
    kyc: str = "complete"
    payees: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Account:
    id: str
    iban: str
    customer: str
    kind: str
    balance: int
    held: int = 0
    entries: list = dataclasses.field(default_factory=list)
    statements: dict = dataclasses.field(default_factory=dict)

    @property
    def available(self):
        return self.balance - self.held


@dataclasses.dataclass
class Transfer:
    """`euro` is what leaves the account; states: pending, booked, cancelled, expired."""

    id: str
    account: str
    cents: int
    currency: str
    euro: int
    iban: str
    name: str
    made: float
    value_date: str
    state: str = "pending"
    expires: float = float("inf")


@dataclasses.dataclass
class Card:
    id: str
    number: str
    customer: str
    account: str
    state: str = "active"
    spent: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class StandingOrder:
    id: str
    account: str
    euro: int
    iban: str
    day: int
    due: object
    deleted: bool = False


@dataclasses.dataclass
class Session:
    """A signed-in user; `id` is what logs show, `token` never is."""

    id: str
    token: str
    user: str
    acts_for: list
    seen: float
    challenge_until: float
    challenge_failures: int = 0
    step_up_until: float = 0.0
    transfers: int = 0
    cents: int = 0
    balances: dict = dataclasses.field(default_factory=dict)


class State:
    """All tables, and the counters of the ids."""

    def __init__(self, seed, customers):
        self.random = random.Random(seed)
        self.users, self.customers, self.accounts, self.cards = {}, {}, {}, {}
        self.ibans, self.transfers, self.orders, self.sessions, self.idempotency = {}, {}, {}, {}, {}
        self.transfers_of, self.orders_due, self.seeded_orders = {}, None, []
        self.counters = {"transfer": 1000, "order": 100, "message": 0, "request": 0}
        people.fill(self, seed, customers)

    def next(self, kind):
        self.counters[kind] += 1
        return self.counters[kind]

    def add_account(self, account):
        self.accounts[account.id] = account
        self.ibans[account.iban] = account

    def account(self, name):
        """The account of an id or an IBAN, or nothing."""
        return self.accounts.get(name) or self.ibans.get(name)

    def add_transfer(self, transfer):
        self.transfers[transfer.id] = transfer
        self.transfers_of.setdefault(transfer.account, []).append(transfer)

    def add_order(self, order):
        self.orders[order.id] = order
        self.orders_due = order.due if self.orders_due is None else min(order.due, self.orders_due)
