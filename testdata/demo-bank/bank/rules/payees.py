"""Beneficiaries: saved with a checked IBAN and a name of any letters, each once."""

from .. import money
from ..errors import Refused
from . import ownership

NAME_LETTERS_MAX = 70


def list_all(bank, call, customer_name):
    customer = ownership.customer(bank, call, customer_name)
    return 200, {"beneficiaries": [{"iban": iban, "name": name} for iban, name in customer.payees.items()]}


def add(bank, call, customer_name):
    customer = ownership.customer(bank, call, customer_name)
    iban, name = call.body.get("iban"), call.body.get("name", "")
    if not isinstance(name, str) or len(name) > NAME_LETTERS_MAX:
        raise Refused(422, "name_not_valid")
    if not money.iban_valid(iban) and not (money.iban_shaped(iban) and bank.faulty("payee-unchecked")):
        raise Refused(422, "iban_not_valid")
    if iban in customer.payees and not bank.faulty("duplicate-payee"):
        raise Refused(409, "exists_already")
    if bank.faulty("payee-name-umlaut"):
        name = name.encode("ascii").decode()
    customer.payees[iban] = name
    call.message = f"payee {name} saved" if bank.faulty("name-in-log") else "payee saved"
    return 200, {"iban": iban, "name": name}


def remove(bank, call, customer_name, iban):
    customer = ownership.customer(bank, call, customer_name)
    if iban not in customer.payees:
        raise Refused(404, "not_found")
    del customer.payees[iban]
    return 204, None
