"""Whose things are whose: 404 for what does not exist, 403 for what belongs to others."""

from ..errors import Refused


def customer(bank, call, name):
    return own(bank.state.customers.get(name), call, lambda found: found.id)


def account(bank, call, name, unchecked=False):
    return own(bank.state.account(name), call, lambda found: found.customer, unchecked)


def card(bank, call, name, unchecked=False):
    return own(bank.state.cards.get(name), call, lambda found: found.customer, unchecked)


def own(found, call, owner, unchecked=False):
    if found is None:
        raise Refused(404, "not_found")
    if call.session and owner(found) not in call.session.acts_for and not unchecked:
        raise Refused(403, "not_yours")
    return found
