"""The customer's file: contact data and the state of the identity check."""

import re

from ..errors import Refused
from . import ownership
from .sign_in import stepped_up

FIELDS = ("email", "phone", "address")


def file(bank, call, customer_name):
    customer = ownership.customer(bank, call, customer_name)
    return 200, {"id": customer.id}


def show(bank, call, customer_name):
    customer = ownership.customer(bank, call, customer_name)
    return 200, {"id": customer.id, **customer.profile}


def change(bank, call, customer_name):
    """Changes the fields named. The phone receives the codes, so a new one needs the second factor of the old one."""
    customer = ownership.customer(bank, call, customer_name)
    wanted = {field: call.body[field] for field in FIELDS if field in call.body}
    if "email" in wanted and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", str(wanted["email"])) and not bank.faulty("email-unchecked"):
        raise Refused(422, "email_not_valid")
    if "phone" in wanted and not re.fullmatch(r"\+[0-9][0-9 ]{6,18}", str(wanted["phone"])):
        raise Refused(422, "phone_not_valid")
    if "phone" in wanted and not bank.faulty("phone-change-without-step-up") and not stepped_up(call):
        raise Refused(403, "step_up_needed")
    if bank.faulty("profile-change-clears-others"):
        customer.profile.update(dict.fromkeys(FIELDS, ""))
    customer.profile.update(wanted)
    return 200, {"id": customer.id, **customer.profile}


def kyc(bank, call, customer_name):
    customer = ownership.customer(bank, call, customer_name)
    if customer.kyc != "complete" and not bank.faulty("kyc-ignored"):
        raise Refused(409, "incomplete")
    return 200, {"state": "complete"}
