"""What an account shows: balance, entries, limits, statements."""

from .. import money
from ..errors import Refused
from ..limits import DAY_CENTS_MAX, PAGE_ENTRIES, SESSION_CENTS_MAX, TRANSFER_CENTS_MAX
from . import ownership
from .transfers import day_sum, settle

SLOW_SECONDS = 1.3


def list_all(bank, call, customer_name):
    customer = ownership.customer(bank, call, customer_name)
    mine = [account for account in bank.state.accounts.values() if account.customer == customer.id]
    return 200, [{"id": account.id, "iban": account.iban, "type": account.kind} for account in mine]


def balance(bank, call, account_name):
    account = ownership.account(bank, call, account_name, bank.faulty("foreign-balance"))
    settle(bank, account, call.now)
    booked, available = account.balance, account.available
    if bank.faulty("stale-balance"):
        booked, available = call.session.balances.setdefault(account.id, (booked, available))
    if bank.faulty("rounding"):
        booked, available = round(booked, -2), round(available, -2)
    currency = "USD" if bank.faulty("wrong-currency") else "EUR"
    return 200, {"account": account.id, "booked": money.shown(booked), "available": money.shown(available), "currency": currency}


def transactions(bank, call, account_name):
    """The entries, newest first, `page` (from 1) of `size`."""
    account = ownership.account(bank, call, account_name)
    page, size = number(call, "page", 1, 10_000), number(call, "size", PAGE_ENTRIES, 200)
    first = (page - 1) * size
    if bank.faulty("transactions-page-repeats") and page > 1:
        first -= 1
    entries = account.entries[::-1]
    return 200, {"transactions": entries[first : first + size], "page": page, "pages": max(1, -(-len(entries) // size))}


def number(call, name, otherwise, most):
    text = call.query.get(name, str(otherwise))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= most:
        raise Refused(400, f"{name}_not_valid")
    return int(text)


def limits(bank, call, account_name):
    account = ownership.account(bank, call, account_name)
    settle(bank, account, call.now)
    used = day_sum(bank, account, call.now)
    return 200, {
        "per_transfer": money.shown(TRANSFER_CENTS_MAX),
        "per_day": money.shown(DAY_CENTS_MAX),
        "per_session": money.shown(SESSION_CENTS_MAX),
        "used_today": money.shown(used),
        "currency": "EUR",
    }


def statements(bank, call, account_name):
    account = ownership.account(bank, call, account_name)
    return 200, {"statements": [{"id": name, "month": made["month"]} for name, made in account.statements.items()]}


def statement(bank, call, account_name, statement_name):
    account = ownership.account(bank, call, account_name, bank.faulty("statement-foreign"))
    if bank.faulty("slow-answer"):
        call.delay_seconds = SLOW_SECONDS
    if statement_name not in account.statements:
        raise Refused(404, "not_found")
    made = account.statements[statement_name]
    if bank.faulty("statement-of-wrong-account"):
        account = next(other for other in bank.state.accounts.values() if other.customer == account.customer)
    holder = bank.state.customers[account.customer].profile["name"]
    return 200, {
        "statement": statement_name, "account": account.id, "iban": account.iban, "holder": holder, "month": made["month"],
        "closing_balance": money.shown(made["closing"]), "currency": "EUR", "pages": 2,
    }  # fmt: skip
