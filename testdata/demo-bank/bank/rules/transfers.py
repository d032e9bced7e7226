"""Transfers: validated, submitted (the money is held), then confirmed (it leaves) or cancelled, or expired after a quarter of an hour."""

import datetime
import json

from .. import money
from ..clock import UTC, day
from ..errors import Refused
from ..limits import (
    CUT_OFF_HOUR,
    DAY_CENTS_MAX,
    SESSION_CENTS_MAX,
    SESSION_TRANSFERS_MAX,
    STEP_UP_ABOVE_CENTS,
    TRANSFER_CENTS_MAX,
    TRANSFER_PENDING_SECONDS,
)
from ..state import Transfer
from . import ownership
from .sign_in import stepped_up


def validate(bank, call, account_name):
    account = ownership.account(bank, call, account_name)
    check_beneficiary(account, call.body)
    if "amount" in call.body and money.read_amount(bank, call.body) > TRANSFER_CENTS_MAX:
        raise Refused(422, "limit_exceeded")
    return 200, {"valid": True}


def submit(bank, call, account_name):
    account = ownership.account(bank, call, account_name, bank.faulty("foreign-transfer"))
    key = call.headers.get("Idempotency-Key")
    scope = call.session.token if bank.faulty("retry-after-sign-in-transfers-again") else account.id
    body = json.dumps(call.body, sort_keys=True, default=str)
    known = bank.state.idempotency.get((scope, key)) if key and not bank.faulty("idempotency-lost") else None
    if known:
        return repeat(bank, call, known, body)
    transfer = accept(bank, call, account)
    if key:
        bank.state.idempotency[scope, key] = (body, transfer.id)
    bank.ledger(call, "funds_held", account, transfer=transfer.id, amount=money.shown(transfer.euro), currency="EUR", payee=transfer.name, payee_iban=transfer.iban)
    answer = answer_of(transfer)
    if bank.faulty("missing-field"):
        del answer["state"]
    return (200 if bank.faulty("wrong-status-created") else 201), answer


def repeat(bank, call, known, body):
    """The answer to a key that came before: the transfer as it is now."""
    known_body, transfer = known
    if body != known_body and not bank.faulty("idempotency-conflict-accepted"):
        raise Refused(409, "idempotency_key_reused")
    call.answer_headers["Idempotent-Replayed"] = "true"
    call.logged["replayed"] = True
    return 201, answer_of(bank.state.transfers[transfer])


def accept(bank, call, account):
    """Checks in the order in which they are answered, then holds the money."""
    amount = money.read_amount(bank, call.body)
    currency = money.read_currency(call.body)
    euro = money.to_euro(bank, amount, currency)
    check_beneficiary(account, call.body)
    settle(bank, account, call.now)
    check_limits(bank, call, account, euro)
    check_step_up(bank, call, euro)
    if call.session.transfers == SESSION_TRANSFERS_MAX - 1 and bank.faulty("third-transfer-fails"):
        raise RuntimeError("queue of outgoing transfers is gone")
    call.session.transfers += 1
    call.session.cents += euro
    transfer = Transfer(
        f"T-{bank.state.next('transfer')}", account.id, amount, currency, euro, call.body["beneficiary_iban"],
        str(call.body.get("beneficiary_name", "")), call.now, value_date(bank, call.now), expires=call.now + TRANSFER_PENDING_SECONDS,
    )  # fmt: skip
    bank.state.add_transfer(transfer)
    account.held += euro
    return transfer


def check_beneficiary(account, body):
    iban = body.get("beneficiary_iban")
    if not money.iban_valid(iban):
        raise Refused(422, "beneficiary_not_valid")
    if iban == account.iban:
        raise Refused(422, "same_account")


def check_limits(bank, call, account, euro):
    session = call.session
    if session.transfers >= SESSION_TRANSFERS_MAX and not bank.faulty("velocity-missing"):
        raise Refused(429, "too_many_transfers")
    over = euro >= TRANSFER_CENTS_MAX if bank.faulty("transfer-limit-off-by-one") else euro > TRANSFER_CENTS_MAX
    if over and not bank.faulty("transfer-limit-missing"):
        raise Refused(422, "limit_exceeded")
    short = euro >= account.available if bank.faulty("balance-off-by-one") else euro > account.available
    if short and not bank.faulty("overdraft"):
        bank.ledger(call, "funds_refused", account, amount=money.shown(euro), currency="EUR", reason="insufficient_funds")
        raise Refused(400 if bank.faulty("wrong-status-insufficient") else 422, "insufficient_funds")
    if day_sum(bank, account, call.now) + euro > DAY_CENTS_MAX and not bank.faulty("day-limit-missing"):
        raise Refused(422, "day_limit_exceeded")
    if session.cents + euro > SESSION_CENTS_MAX and not bank.faulty("session-limit-missing"):
        raise Refused(422, "session_limit_exceeded")


def check_step_up(bank, call, euro):
    high = euro >= STEP_UP_ABOVE_CENTS if bank.faulty("step-up-off-by-one") else euro > STEP_UP_ABOVE_CENTS
    if high and not bank.faulty("step-up-missing") and not stepped_up(call, used_up=not bank.faulty("step-up-reused")):
        raise Refused(403, "step_up_needed")


def day_sum(bank, account, now):
    """Euro cents of the account's transfers of the day, waiting or booked."""
    counted = ("booked",) if bank.faulty("day-limit-counts-booked-only") else ("pending", "booked")
    today = day(now)
    mine = reversed(bank.state.transfers_of.get(account.id, []))
    return sum(transfer.euro for transfer in mine if transfer.state in counted and day(transfer.made) == today)


def settle(bank, account, now):
    """Gives back the money of transfers that nobody confirmed in time."""
    for transfer in bank.state.transfers_of.get(account.id, []):
        if transfer.state == "pending" and now > transfer.expires:
            transfer.state = "expired"
            account.held -= transfer.euro


def value_date(bank, now):
    """The day a transfer counts for: the next bank day after the cut-off and on weekends."""
    moment = datetime.datetime.fromtimestamp(now, UTC)
    date = moment.date() + datetime.timedelta(days=moment.hour >= CUT_OFF_HOUR)
    while date.weekday() >= 5 and not bank.faulty("value-date-on-weekend"):
        date += datetime.timedelta(days=1)
    return date.isoformat()


def find(bank, call, account_name, name):
    """The account and its transfer, its time taken into account."""
    account = ownership.account(bank, call, account_name)
    settle(bank, account, call.now)
    transfer = bank.state.transfers.get(name)
    if transfer is None and bank.faulty("not-found-is-error"):
        raise KeyError("transfer")
    if transfer is None or transfer.account != account.id:
        raise Refused(404, "not_found")
    return account, transfer


def answer_of(transfer):
    return {
        "id": transfer.id,
        "state": transfer.state,
        "amount": money.shown(transfer.cents),
        "currency": transfer.currency,
        "beneficiary_iban": transfer.iban,
        "value_date": transfer.value_date,
    }


def list_all(bank, call, account_name):
    account = ownership.account(bank, call, account_name)
    settle(bank, account, call.now)
    return 200, {"transfers": [answer_of(transfer) for transfer in reversed(bank.state.transfers_of.get(account.id, [])[-20:])]}


def state_of(bank, call, account_name, name):
    _, transfer = find(bank, call, account_name, name)
    return 200, answer_of(transfer)


def confirm(bank, call, account_name, name):
    """Books a waiting transfer. Confirming a booked one changes nothing; a cancelled or expired one is gone."""
    account, transfer = find(bank, call, account_name, name)
    if transfer.state == "booked" and not bank.faulty("confirm-repeat-debits"):
        return 200, answer_of(transfer)
    if transfer.state in ("cancelled", "expired") and not bank.faulty("cancelled-transfer-books"):
        raise Refused(409, transfer.state)
    if transfer.state == "pending":
        account.held -= transfer.euro
    transfer.state = "booked"
    book(bank, call, account, transfer)
    return 200, answer_of(transfer)


def book(bank, call, account, transfer):
    """Moves the money; a beneficiary of this bank gets it at once."""
    debit = transfer.euro * 2 if bank.faulty("double-debit") else transfer.euro
    post(bank, call.now, account, -debit, transfer.iban, "transfer", transfer.id)
    other = bank.state.account(transfer.iban)
    if other:
        post(bank, call.now, other, transfer.euro, account.iban, "transfer", transfer.id)
    if not bank.faulty("ledger-event-missing"):
        bank.ledger(
            call, "transfer_booked", account, transfer=transfer.id, amount=money.shown(transfer.euro), currency="EUR",
            payee=transfer.name, payee_iban=transfer.iban, balance=money.shown(account.balance),
        )  # fmt: skip


def post(bank, now, account, cents, counterparty, kind, reference):
    """One entry of an account, and its balance."""
    account.balance += cents
    account.entries.append({
        "id": f"E-{account.id[4:]}-{len(account.entries) + 1}", "date": day(now).isoformat(), "amount": money.shown(cents), "currency": "EUR",
        "counterparty": counterparty, "kind": kind, "reference": reference,
    })  # fmt: skip


def cancel(bank, call, account_name, name):
    """Takes a waiting transfer back and frees its money."""
    account, transfer = find(bank, call, account_name, name)
    if transfer.state != "pending" and not (transfer.state == "booked" and bank.faulty("booked-transfer-cancels")):
        raise Refused(409, transfer.state)
    if transfer.state == "pending" and not bank.faulty("hold-kept-after-cancel"):
        account.held -= transfer.euro
    transfer.state = "cancelled"
    bank.ledger(call, "funds_released", account, transfer=transfer.id, amount=money.shown(transfer.euro), currency="EUR")
    return 200, answer_of(transfer)
