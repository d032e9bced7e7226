"""Cards: payments are authorised against state, limit of the day and money; frozen cards come back, closed ones do not."""

from .. import money
from ..clock import day
from ..errors import Refused
from ..limits import CARD_DAY_CENTS_MAX
from . import ownership
from .transfers import post, settle

SMALL_CENTS_MAX = 50_00


def list_all(bank, call, customer_name):
    customer = ownership.customer(bank, call, customer_name)
    return 200, {"cards": [answer_of(bank, card) for card in bank.state.cards.values() if card.customer == customer.id]}


def show(bank, call, card_name):
    return 200, answer_of(bank, ownership.card(bank, call, card_name))


def answer_of(bank, card):
    shown = card.number if bank.faulty("card-number-in-answer") else money.masked(card.number)
    return {"id": card.id, "state": card.state, "number": shown, "account": card.account}


def freeze(bank, call, card_name):
    card = ownership.card(bank, call, card_name, bank.faulty("foreign-card"))
    log_number(bank, call, card)
    if card.state == "closed":
        raise Refused(409, "closed")
    card.state = "frozen"
    bank.logs.card(call.now, call, bank, card, "freeze", "done", "")
    return 200, {"id": card.id, "state": card.state}


def unfreeze(bank, call, card_name):
    card = ownership.card(bank, call, card_name)
    log_number(bank, call, card)
    if card.state != "frozen" and not (card.state == "closed" and bank.faulty("closed-card-unfreezes")):
        raise Refused(409, "closed" if card.state == "closed" else "not_frozen")
    card.state = "active"
    bank.logs.card(call.now, call, bank, card, "unfreeze", "done", "")
    return 200, {"id": card.id, "state": card.state}


def pay(bank, call):
    """402 with a reason for what the card's state, limit or account does not allow."""
    card = ownership.card(bank, call, str(call.body.get("card")))
    cents = money.to_euro(bank, money.read_amount(bank, call.body), money.read_currency(call.body))
    log_number(bank, call, card)
    account = bank.state.accounts[card.account]
    settle(bank, account, call.now)
    reason = declined(bank, card, account, cents, day(call.now))
    if reason:
        bank.logs.card(call.now, call, bank, card, "authorise", "declined", reason)
        raise Refused(402, reason)
    card.spent[day(call.now)] = card.spent.get(day(call.now), 0) + cents
    merchant = str(call.body.get("merchant", "unknown"))
    post(bank, call.now, account, -cents, merchant, "card", card.id)
    bank.logs.card(call.now, call, bank, card, "authorise", "approved", "")
    bank.ledger(call, "card_posted", account, card=card.id, amount=money.shown(cents), currency="EUR", balance=money.shown(account.balance))
    return 200, {"state": "authorised", "amount": money.shown(cents), "currency": "EUR"}


def declined(bank, card, account, cents, today):
    """Why a payment is declined, or nothing."""
    if card.state == "frozen" and bank.faulty("blocked-card-pays"):
        pass
    elif card.state == "frozen" and cents <= SMALL_CENTS_MAX and bank.faulty("blocked-card-small-amount"):
        pass
    elif card.state == "frozen":
        return "card_frozen"
    elif card.state != "active":
        return "declined"
    if card.spent.get(today, 0) + cents > CARD_DAY_CENTS_MAX and not bank.faulty("card-limit-missing"):
        return "card_limit_exceeded"
    return "insufficient_funds" if cents > account.available else ""


def log_number(bank, call, card):
    """What the gateway's line says of the card."""
    number = card.number if bank.faulty("card-number-in-log") else money.masked(card.number)
    call.logged["card_number"], call.message = number, f"card {number}"
