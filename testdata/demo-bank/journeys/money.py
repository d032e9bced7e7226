"""Journeys that send money: transfers with all that happens to them, payees, standing orders."""

from bank import people

from .app import balance, code_of, login, step_up

WRONG_IBAN = "DE76512108001245126199"
HIGH = 5_000


def transfer(app):
    """One to four transfers in a row."""
    yield balance(app)
    for _ in range(app.rng.choices([1, 2, 3, 4], [70, 17, 8, 5])[0]):
        yield from one_transfer(app, *app.rng.choice(app.person.payees))
    if app.chance(0.7):
        yield balance(app)


def one_transfer(app, iban, name):
    body = {"amount": amount_of(app), "currency": "EUR", "beneficiary_iban": iban, "beneficiary_name": name}
    if app.chance(0.05):
        body["currency"] = app.rng.choice(["USD", "GBP", "CHF"])
    if app.chance(0.04):
        body["beneficiary_iban"] = WRONG_IBAN
    if app.chance(0.02):
        body["amount"] = app.rng.choice([0, -5])
    if app.chance(0.5):
        body["reference"] = app.rng.choice(["Miete März", "Rechnung 4711", "Danke!", "Geburtstag", "Vereinsbeitrag"])
    if app.chance(0.6) and app.call("POST", app.at_account("/transfers/validate"), body)[0] != 200:
        yield app.pause(15)
        if app.chance(0.7):
            return
    yield app.pause(10)
    key = {"Idempotency-Key": f"{app.session[:8]}-{app.rng.getrandbits(32):08x}"}
    status, answer = app.call("POST", app.at_account("/transfers"), body, key)
    yield app.pause(4)
    if status == 403 and app.chance(0.9):
        yield from step_up(app)
        status, answer = app.call("POST", app.at_account("/transfers"), body, key)
        yield app.pause(4)
    if status == 201:
        yield from retry(app, body, key)
        yield from decide(app, answer["id"])
    elif code_of(answer) == "insufficient_funds" and app.chance(0.5):
        yield balance(app)


def amount_of(app):
    """What a transfer is for: mostly everyday sums with cents, some rents, a few that do not fit the account or the limits."""
    kind = app.rng.random()
    if kind < 0.70:
        return round(min(app.rng.lognormvariate(3.9, 0.9), 900), 2) or 1
    if kind < 0.82:
        return app.rng.randrange(30, 160) * 10
    if kind < 0.90:
        return round(app.available + app.rng.randrange(1, 500), 2)
    if kind < 0.92:
        return app.rng.choice([12_000, 15_000, 20_000])
    if kind < 0.98 and app.available > HIGH + 100:
        return app.rng.randrange(HIGH + 50, int(min(app.available, 10_000)))
    return app.available if 0 < app.available <= HIGH else 100


def retry(app, body, key):
    """The network was slow, the app sends the same again; rarely with something changed, or after a new sign-in."""
    if app.chance(0.07):
        again = {**body, "amount": body["amount"] + 1} if app.chance(0.1) else body
        if app.chance(0.15):
            login(app, app.person.password)
            yield app.pause(3)
        app.call("POST", app.at_account("/transfers"), again, key)
        yield app.pause(2)


def decide(app, transfer):
    """Confirmed as a rule, cancelled by some, forgotten by a few."""
    path = app.at_account(f"/transfers/{transfer}")
    choice = app.rng.random()
    if choice < 0.86:
        app.call("POST", f"{path}/confirm", {})
        yield app.pause(3)
        if app.chance(0.04):
            app.call("POST", f"{path}/confirm", {})
            yield app.pause(3)
        if app.chance(0.06):
            app.call("POST", f"{path}/cancel", {})
            yield app.pause()
    elif choice < 0.97:
        app.call("POST", f"{path}/cancel", {})
        yield app.pause(4)
        if app.chance(0.15):
            app.call("POST", f"{path}/confirm", {})
            yield app.pause(3)
        if app.chance(0.5):
            yield balance(app)
    elif app.chance(0.5):
        yield from too_late(app, path)
    if app.chance(0.4):
        app.call("GET", path)
        yield app.pause(4)
    if app.chance(0.02):
        app.call("GET", app.at_account(f"/transfers/T-{app.rng.randrange(100, 999)}"))
        yield app.pause(4)


def too_late(app, path):
    """Comes back after the transfer has expired, with a new sign-in as the session has expired too."""
    yield 910 + app.pause(100)
    app.call("POST", f"{path}/confirm", {})
    yield app.pause(2)
    login(app, app.person.password)
    yield app.pause(2)
    app.call("POST", f"{path}/confirm", {})
    yield app.pause(4)


def large_sums(app):
    """Moves savings in pieces below the threshold of the second factor, until a limit says no; some sign in again for the rest."""
    app.account = app.person.accounts[-1][0]
    yield balance(app)
    for _ in range(2):
        for _ in range(3):
            iban, name = app.person.payees[0]
            body = {"amount": app.rng.choice([3_500, 4_500, 5_000]), "currency": "EUR", "beneficiary_iban": iban, "beneficiary_name": name}
            status, answer = app.call("POST", app.at_account("/transfers"), body)
            yield app.pause()
            if status != 201:
                break
            if app.chance(0.8):
                app.call("POST", app.at_account(f"/transfers/{answer['id']}/confirm"), {})
                yield app.pause()
        if code_of(answer) == "insufficient_funds" or app.chance(0.3):
            return
        login(app, app.person.password)
        yield app.pause(3)


def payee(app):
    """Saves a payee and mostly pays them; some IBANs are mistyped, some payees are there already."""
    app.call("GET", app.customer("/beneficiaries"))
    yield app.pause(12)
    kind = app.rng.random()
    iban, name = people.german_iban(app.rng), f"{app.rng.choice(people.FIRST)} {app.rng.choice(people.LAST)}"
    if kind < 0.12:
        iban, name = app.rng.choice(app.person.payees)
    elif kind < 0.22:
        app.call("POST", app.customer("/beneficiaries"), {"iban": WRONG_IBAN, "name": name})
        yield app.pause(20)
    status, _ = app.call("POST", app.customer("/beneficiaries"), {"iban": iban, "name": name})
    yield app.pause(5)
    if status == 200 and app.chance(0.6):
        yield balance(app)
        yield from one_transfer(app, iban, name)
    if status == 200 and app.chance(0.1):
        app.call("DELETE", app.customer(f"/beneficiaries/{iban}"))
        yield app.pause()


def standing_order(app):
    app.call("GET", app.at_account("/standing-orders"))
    yield app.pause(15)
    amount = app.rng.choice([6_000, 8_000]) if app.chance(0.1) else app.rng.randrange(2, 120) * 10
    iban = WRONG_IBAN if app.chance(0.05) else app.rng.choice(app.person.payees)[0]
    body = {"amount": amount, "currency": "EUR", "beneficiary_iban": iban, "day": app.rng.choice([1, 1, 2, 3, 15, 28, 30, 31])}
    status, answer = app.call("POST", app.at_account("/standing-orders"), body)
    yield app.pause(10)
    if status == 200 and app.chance(0.2):
        app.call("DELETE", app.at_account(f"/standing-orders/{answer['id']}"))
        yield app.pause()
