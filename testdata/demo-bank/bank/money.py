"""Amounts are whole cents inside and decimal numbers with two digits outside. IBANs and card numbers are checked here."""

import decimal
import re

from .errors import Refused

EUR_PER_UNIT = {"EUR": decimal.Decimal("1"), "USD": decimal.Decimal("0.9214"), "GBP": decimal.Decimal("1.1687"), "CHF": decimal.Decimal("1.0421")}
AMOUNT_MAX = 10**12


def read_amount(bank, body):
    """The cents of `amount`; refused with 400 unless it is a positive number with at most two digits after the point."""
    amount = body.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, (int, decimal.Decimal)) or not -AMOUNT_MAX <= amount <= AMOUNT_MAX:
        raise Refused(400, "amount_not_valid")
    cents = decimal.Decimal(amount) * 100
    if cents != int(cents):
        raise Refused(400, "amount_not_valid")
    if cents < 0 and not bank.faulty("negative-amount"):
        raise Refused(400, "amount_not_valid")
    if cents == 0 and not bank.faulty("zero-amount"):
        raise Refused(400, "amount_not_valid")
    if bank.faulty("float-cents"):
        return int(float(amount) * 100)
    return int(cents)


def read_currency(body):
    """The currency of a body, euros if it names none; 422 for one that the bank does not deal in."""
    currency = body.get("currency", "EUR")
    if not isinstance(currency, str) or currency not in EUR_PER_UNIT:
        raise Refused(422, "currency_not_supported")
    return currency


def to_euro(bank, cents, currency):
    """Cents of a currency as euro cents, half a cent to the even one."""
    if bank.faulty("currency-not-converted"):
        return cents
    return int((cents * EUR_PER_UNIT[currency]).to_integral_value(decimal.ROUND_HALF_EVEN))


def shown(cents):
    """Cents as JSON shows them."""
    return cents // 100 if cents % 100 == 0 else cents / 100


def iban_check(country, account):
    """The two check digits of an IBAN (ISO 13616, modulo 97)."""
    digits = "".join(str(int(letter, 36)) for letter in account + country + "00")
    return f"{98 - int(digits) % 97:02}"


def iban_shaped(iban):
    """Whether a value looks like an IBAN."""
    return isinstance(iban, str) and re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", iban) is not None


def iban_valid(iban):
    """Whether a value is an IBAN with the right check digits."""
    return iban_shaped(iban) and iban[2:4] == iban_check(iban[:2], iban[4:])


def luhn_digit(digits):
    """The last digit of a card number (ISO/IEC 7812)."""
    total = sum(sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10)) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def masked(number):
    """A card number as it may be shown."""
    return "*" * 12 + number[-4:]
