"""Standing orders: executed on their day of each month, on the last day of a month that has fewer."""

import calendar
import datetime

from .. import money
from ..clock import day
from ..errors import Refused
from ..limits import STANDING_ORDER_CENTS_MAX
from ..state import StandingOrder
from . import ownership
from .transfers import check_beneficiary, post, settle


def add(bank, call, account_name):
    account = ownership.account(bank, call, account_name)
    amount = money.read_amount(bank, call.body)
    if amount > STANDING_ORDER_CENTS_MAX and not bank.faulty("standing-order-limit-missing"):
        raise Refused(422, "limit_exceeded")
    check_beneficiary(account, call.body)
    day_of_month = call.body.get("day", 1)
    if isinstance(day_of_month, bool) or not isinstance(day_of_month, int) or not 1 <= day_of_month <= 31:
        raise Refused(400, "day_not_valid")
    name = f"SO-{bank.state.next('order')}"
    order = StandingOrder(name, account.id, amount, call.body["beneficiary_iban"], day_of_month, due_after(bank, day(call.now), day_of_month))
    bank.state.add_order(order)
    return 200, answer_of(order)


def seed(bank):
    """The orders that customers had before the first request; those of the first day are still to be executed."""
    yesterday = day(bank.clock.now()) - datetime.timedelta(days=1)
    for account, cents, iban, day_of_month in bank.state.seeded_orders:
        name = f"SO-{bank.state.next('order')}"
        bank.state.add_order(StandingOrder(name, account, cents, iban, day_of_month, due_after(bank, yesterday, day_of_month)))


def answer_of(order):
    return {"id": order.id, "state": "active", "amount": money.shown(order.euro), "day": order.day, "next_execution": order.due.isoformat()}


def list_all(bank, call, account_name):
    account = ownership.account(bank, call, account_name)
    mine = [order for order in bank.state.orders.values() if order.account == account.id and not order.deleted]
    return 200, {"standing_orders": [answer_of(order) for order in mine]}


def remove(bank, call, account_name, order_name):
    account = ownership.account(bank, call, account_name)
    order = bank.state.orders.get(order_name)
    if order is None or order.account != account.id or order.deleted:
        raise Refused(404, "not_found")
    order.deleted = True
    return 204, None


def due_after(bank, date, day_of_month):
    """The first execution after a day."""
    month = date.replace(day=1)
    while True:
        last = calendar.monthrange(month.year, month.month)[1]
        skipped = day_of_month > last and bank.faulty("standing-order-month-end")
        due = month.replace(day=min(day_of_month, last))
        if due > date and not skipped:
            return due
        month = month.replace(day=last) + datetime.timedelta(days=1)


def run_due(bank, now):
    """Executes what is due, however late; each date once."""
    today, state = day(now), bank.state
    if state.orders_due is None or today < state.orders_due:
        return
    for order in state.orders.values():
        while order.due <= today:
            if not order.deleted or bank.faulty("standing-order-after-delete"):
                execute(bank, now, order)
            order.due = due_after(bank, order.due, order.day)
    state.orders_due = min(order.due for order in state.orders.values())


def execute(bank, now, order):
    account = bank.state.accounts[order.account]
    settle(bank, account, now)
    for _ in range(2 if bank.faulty("standing-order-twice") else 1):
        if order.euro > account.available:
            bank.ledger(None, "standing_order_failed", account, order=order.id, amount=money.shown(order.euro), currency="EUR", reason="insufficient_funds")
            continue
        post(bank, now, account, -order.euro, order.iban, "standing_order", order.id)
        bank.ledger(None, "standing_order_executed", account, order=order.id, amount=money.shown(order.euro), currency="EUR", balance=money.shown(account.balance))
