"""The customers: a few with fixed names for tests, and as many seeded ones as asked for.

`script` is what the traffic knows of them, `fill` puts them into the bank; both come from the same seed.
"""

import dataclasses
import random

from . import money, state

FIRST = (
    "Anna Björn Clara Dieter Elif François Günther Hannah Ivo Jürgen Käthe Lukas Mehmet Nora Olga Paul Rosa Søren Tomás Ulrike "
    "Viktor Wiebke Yusuf Zoë Aoife Bartosz Chiara Dmitri Emma Felix"
).split()
LAST = (
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Öztürk Koch Bauer Richter Klein Wolf Schröder Neumann "
    "Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Krause Lehmann Köhler Maier O'Neill García Nowak Lefèvre Jensen"
).split()
STREETS = "Hauptstraße Gartenweg Bahnhofstraße Am-Ring Lindenallee Schulgasse Marktplatz Uferweg".split()
TOWNS = ["10115 Berlin", "20095 Hamburg", "50667 Köln", "80331 München", "01067 Dresden", "70173 Stuttgart"]
BANKS = ["12030000", "50010517", "51210800", "37040044", "10020890"]
PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ö": "oe", "ø": "o", "é": "e", "è": "e", "ç": "c", "ë": "e", "á": "a", "í": "i", "'": ""})


@dataclasses.dataclass
class Person:
    """A seeded customer as the traffic sees one; `accounts` are (id, IBAN), `payees` (IBAN, name)."""

    id: str
    user: str
    password: str
    name: str
    accounts: list
    cards: list
    payees: list


def german_iban(rng):
    account = rng.choice(BANKS) + f"{rng.randrange(10**10):010}"
    return "DE" + money.iban_check("DE", account) + account


def card_number(rng):
    digits = rng.choice(["4539", "4556", "5425", "5212"]) + f"{rng.randrange(10**11):011}"
    return digits + money.luhn_digit(digits)


def script(seed, count):
    """The seeded customers in order, each with what `fill` adds to the bank."""
    rng = random.Random(f"people {seed}")
    made = []
    for number in range(count):
        first, last = rng.choice(FIRST), rng.choice(LAST)
        user = f"{first}.{last}{number}".lower().translate(PLAIN)
        accounts = [(f"ACC-{20000 + 10 * number + place}", german_iban(rng)) for place in range(rng.choice([1, 1, 2, 2, 3]))]
        cards = [(f"CARD-{10000 + 10 * number + place}", card_number(rng)) for place in range(rng.choice([1, 1, 2]))]
        payees = [(german_iban(rng), f"{rng.choice(FIRST)} {rng.choice(LAST)}") for _ in range(rng.choice([1, 2, 3, 4]))]
        made.append(Person(f"C-{10000 + number}", user, f"{last.translate(PLAIN)}!{rng.randrange(10**6)}", f"{first} {last}", accounts, cards, payees))
    return made


def fill(bank_state, seed, count):
    """Puts the fixed and the seeded customers into an empty state."""
    fixed(bank_state)
    rng = random.Random(f"means {seed}")
    for person in script(seed, count):
        contact = {
            "name": person.name,
            "email": f"{person.user}@example.org",
            "phone": f"+49 {rng.randrange(151, 180)} {rng.randrange(10**7):07}",
            "address": f"{rng.choice(STREETS)} {rng.randrange(1, 180)}, {rng.choice(TOWNS)}",
        }
        customer = state.Customer(person.id, contact, "incomplete" if rng.random() < 0.04 else "complete", dict(person.payees))
        bank_state.customers[person.id] = customer
        bank_state.users[person.user] = state.User(person.user, person.password, [person.id])
        for place, (name, iban) in enumerate(person.accounts):
            cents = int(rng.lognormvariate(8.6 if place else 8.0, 1.2) * 100)
            add_account(bank_state, state.Account(name, iban, person.id, "savings" if place else "current", cents))
        if rng.random() < 0.3:
            order = (person.accounts[0][0], rng.randrange(10, 900) * 100, rng.choice(person.payees)[0], rng.randrange(1, 32))
            bank_state.seeded_orders.append(order)
        for name, number in person.cards:
            condition = rng.choices(["active", "suspended", "closed"], [92, 5, 3])[0]
            bank_state.cards[name] = state.Card(name, number, person.id, person.accounts[0][0], condition)


def add_account(bank_state, account):
    """An account with the statements of the last three months."""
    for month in ("2025-12", "2026-01", "2026-02"):
        account.statements[f"S-{month}"] = {"month": month, "closing": account.balance}
    bank_state.add_account(account)


def fixed(bank_state):
    """The customers that `test-data.json` names."""
    contact = {"name": "Petra Prüfer", "email": "petra.pruefer@example.org", "phone": "+49 151 0000001", "address": "Uferweg 1, 10115 Berlin"}
    payees = {"DE02500105170137075030": "Konrad Kunde"}
    bank_state.customers["C-1"] = state.Customer("C-1", contact, "complete", payees)
    bank_state.customers["C-2"] = state.Customer("C-2", {**contact, "name": "Prüfer Verwaltungs GmbH"}, "incomplete")
    bank_state.customers["C-9"] = state.Customer("C-9", {**contact, "name": "Frieda Fremd", "email": "frieda.fremd@example.org"})
    for name in ("test-customer", "careless-customer", "locked-customer"):
        bank_state.users[name] = state.User(name, "test-password", ["C-1", "C-2"])
    bank_state.users["locked-customer"].locked_until = float("inf")
    bank_state.users["other-customer"] = state.User("other-customer", "test-password", ["C-9"])
    for name, iban, customer, kind, cents in [
        ("ACC-1001", "DE02120300000000202051", "C-1", "current", 10_000_00),
        ("ACC-1002", "DE02300209000106531065", "C-1", "savings", 25_000_00),
        ("ACC-1003", "DE88100900001234567892", "C-1", "current", 12_50),
        ("ACC-9009", "DE02100500000054540402", "C-9", "current", 10_000_00),
    ]:
        add_account(bank_state, state.Account(name, iban, customer, kind, cents))
    for name in ("ACC-1001", "ACC-1002", "ACC-9009"):
        bank_state.accounts[name].statements["S-1"] = {"month": "2025-11", "closing": bank_state.accounts[name].balance}
    for name, number, customer, account, condition in [
        ("CARD-1", "4111111111111111", "C-1", "ACC-1001", "active"),
        ("CARD-2", "5555555555554444", "C-1", "ACC-1001", "suspended"),
        ("CARD-3", "4000000000000002", "C-1", "ACC-1001", "closed"),
        ("CARD-4", "4242424242424242", "C-1", "ACC-1002", "active"),
        ("CARD-9", "5105105105105100", "C-9", "ACC-9009", "active"),
    ]:
        bank_state.cards[name] = state.Card(name, number, customer, account, condition)
    booked = state.Transfer("T-1", "ACC-1001", 20_00, "EUR", 20_00, "DE75512108001245126199", "Test Payee", 0.0, "2026-01-05", "booked")
    bank_state.add_transfer(booked)
