"""Journeys that look, pay by card or change the customer's file, and those that go where they should not."""

from bank import people

from .app import balance, login, step_up

MERCHANTS = ["Bäckerei Krume", "Supermarkt Nord", "Tankstelle 24", "Bahn", "Buchladen Seite 1", "Online-Markt", "Kino Central", "Apotheke am Tor"]


def look(app):
    yield balance(app)
    if app.chance(0.6):
        app.call("GET", app.at_account("/transactions?size=20&page=1"))
        yield app.pause(15)
        if app.chance(0.2):
            app.call("GET", app.at_account("/transactions?size=20&page=2"))
            yield app.pause(15)
    if app.chance(0.15):
        app.call("POST", "/auth/token", {"refresh_token": "expired" if app.chance(0.2) else "current"})
        yield app.pause()
        yield balance(app)


def pay(app, card):
    large = app.chance(0.05)
    amount = app.rng.choice([1_950, 2_500]) if large else round(min(app.rng.lognormvariate(3.2, 0.8), 400), 2)
    body = {"card": card, "amount": amount, "currency": "EUR", "merchant": app.rng.choice(MERCHANTS)}
    return app.call("POST", "/payments/card", body)[0]


def card_payments(app):
    card = app.rng.choice(app.person.cards)[0]
    for _ in range(app.rng.choices([1, 2, 3], [70, 20, 10])[0]):
        status = pay(app, card)
        yield app.pause(40)
        if status == 402 and app.chance(0.5):
            app.call("GET", f"/cards/{card}")
            yield app.pause(8)


def card_lost(app):
    """Freezes a card, sees that it does not pay, finds it again."""
    app.call("GET", app.customer("/cards"))
    yield app.pause(5)
    card = app.rng.choice(app.person.cards)[0]
    frozen = app.call("PUT", f"/cards/{card}/freeze")[0] == 200
    yield app.pause(30)
    if frozen and app.chance(0.35):
        pay(app, card)
        yield app.pause(30)
    if frozen and app.chance(0.7) or app.chance(0.1):
        app.call("PUT", f"/cards/{card}/unfreeze")
        yield app.pause(10)
        if app.chance(0.5):
            pay(app, card)
            yield app.pause()


def statements(app):
    app.call("GET", app.at_account("/statements"))
    yield app.pause(8)
    for name in app.rng.sample(["S-2025-12", "S-2026-01", "S-2026-02"], app.rng.choice([1, 1, 2])):
        app.call("GET", app.at_account(f"/statements/{name}"))
        yield app.pause(20)
    if app.chance(0.05):
        app.call("GET", app.at_account("/statements/S-2019-01"))
        yield app.pause()


def profile(app):
    """A new address, a new mail address (mistyped by some), or a new phone, which needs the second factor."""
    app.call("GET", app.customer("/profile"))
    yield app.pause(15)
    kind = app.rng.random()
    if kind < 0.45:
        if app.chance(0.15):
            app.call("PATCH", app.customer("/profile"), {"email": app.person.user})
            yield app.pause(10)
        app.call("PATCH", app.customer("/profile"), {"email": f"{app.person.user}.{app.rng.randrange(99)}@example.org"})
    elif kind < 0.75:
        app.call("PATCH", app.customer("/profile"), {"address": f"{app.rng.choice(people.STREETS)} {app.rng.randrange(1, 99)}, {app.rng.choice(people.TOWNS)}"})
    else:
        phone = {"phone": f"+49 {app.rng.randrange(151, 180)} {app.rng.randrange(10**7):07}"}
        if app.call("PATCH", app.customer("/profile"), phone)[0] == 403 and app.chance(0.9):
            yield app.pause(3)
            yield from step_up(app)
            app.call("PATCH", app.customer("/profile"), phone)
    yield app.pause()
    if app.chance(0.4):
        app.call("GET", app.customer("/profile"))
        yield app.pause()


def service(app):
    choice = app.rng.random()
    if choice < 0.35:
        app.call("GET", app.customer("/kyc"))
    elif choice < 0.6:
        status, answer = app.call("POST", "/support/messages", {"text": "Wo finde ich meinen Freistellungsauftrag?"})
        if app.chance(0.3):
            yield app.pause(60)
            app.call("POST", "/support/messages", {"ticket": answer["ticket"], "text": "Noch eine Frage dazu."})
    elif choice < 0.8:
        app.call("GET", app.at_account("/limits"))
    else:
        app.call("GET", f"/fx/quote?pair={app.rng.choice(['EURUSD', 'EURGBP', 'EURCHF', 'EURXXX'])}")
    yield app.pause(10)


def snoop(app):
    """A typing error in the address, or curiosity: another customer's account."""
    kind = app.rng.random()
    path = "/balance" if kind < 0.6 else "/statements/S-2026-02" if kind < 0.8 else "/transactions"
    app.call("GET", f"/accounts/{app.foreign}{path}")
    yield app.pause()
    if app.chance(0.15):
        body = {"amount": 10, "currency": "EUR", "beneficiary_iban": app.person.payees[0][0], "beneficiary_name": app.person.payees[0][1]}
        app.call("POST", f"/accounts/{app.foreign}/transfers", body)
        yield app.pause()


def interrupted(app):
    """The phone rings: the session has expired when they come back, and they sign in again."""
    yield balance(app)
    yield 620 + app.pause(200)
    app.call("GET", app.at_account("/balance"))
    yield app.pause(3)
    app.token = ""
    if app.chance(0.8):
        login(app, app.person.password)
        yield app.pause(3)
        yield balance(app)


def after_logout(app):
    """The back button after logout: the bank says 401."""
    yield balance(app)
    app.call("POST", "/auth/logout", {})
    yield app.pause(5)
    app.call("GET", app.at_account("/balance"))
