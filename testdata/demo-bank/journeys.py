"""What customers do with the bank's app, and what goes wrong for them. A journey is a generator: it sends requests and yields the
seconds until the next one, so that many customers' journeys run through one day beside each other.
"""

import random

from bank import people

WRONG_IBAN = "DE76512108001245126199"
MERCHANTS = ["Bäckerei Krume", "Supermarkt Nord", "Tankstelle 24", "Bahn", "Buchladen Seite 1", "Online-Markt", "Kino Central", "Apotheke am Tor"]
HIGH = 5_000


class App:
    """A customer at the app: their random choices, what they know of their accounts, and the session."""

    def __init__(self, number, person, foreign, send, rng):
        self.person, self.foreign, self.send, self.rng = person, foreign, send, rng
        self.token, self.session = "", f"{rng.getrandbits(64):016x}"
        self.account = rng.choice(person.accounts)[rng.random() < 0.3]
        self.device = rng.choice(["Bank-App/8.2 (Android 14)", "Bank-App/8.2 (iOS 17.4)", "Bank-App/8.1 (Android 13)", "Mozilla/5.0 (Windows NT 10.0)"])
        self.ip = f"{rng.choice([84, 91, 178, 217])}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
        self.number, self.submitted, self.available = number, 0, 0

    def call(self, method, path, body=None, headers=None):
        return self.send(self, method, path, body, headers)

    def chance(self, share):
        return self.rng.random() < share

    def pause(self, seconds=6.0):
        """How long a person takes, most often around `seconds`."""
        return min(self.rng.lognormvariate(0, 0.7) * seconds, 300)

    def customer(self, rest=""):
        return f"/customers/{self.person.id}{rest}"

    def at_account(self, rest):
        return f"/accounts/{self.account}{rest}"


def everyday(app, inside):
    """Opens the app, signs in, does something, and signs out or just leaves."""
    app.call("GET", "/config")
    yield app.pause(3)
    yield from sign_in(app)
    if not app.token:
        return
    app.call("GET", app.customer("/accounts"))
    yield app.pause(3)
    yield from inside(app)
    if app.chance(0.6):
        app.call("POST", "/auth/logout", {})


def sign_in(app):
    """Right at once as a rule; sometimes after a typing error or two; now and then locked, and gone or back half an hour later."""
    kind = app.rng.random()
    wrong = 0 if kind < 0.9 else 1 if kind < 0.965 else 2 if kind < 0.985 else 3
    for _ in range(wrong):
        login(app, app.person.password[:-1])
        yield app.pause()
    status = login(app, app.person.password)
    yield app.pause(2)
    if status == 423 and app.chance(0.4):
        yield 1_830 + app.pause()
        login(app, app.person.password)
        yield app.pause(2)


def login(app, password):
    status, answer = app.call("POST", "/auth/login", {"username": app.person.user, "password": password})
    app.token = answer["token"] if status == 200 else ""
    return status


def balance(app):
    status, answer = app.call("GET", app.at_account("/balance"))
    if status == 200:
        app.available = answer["available"]
    return app.pause(4)


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


def step_up(app):
    """The second factor, with a mistyped code now and then."""
    app.call("POST", "/auth/mfa/challenge", {})
    yield app.pause(12)
    if app.chance(0.15):
        app.call("POST", "/auth/mfa/verify", {"code": "000000"})
        yield app.pause(8)
    app.call("POST", "/auth/mfa/verify", {"code": "123456"})
    yield app.pause(2)


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
    elif answer["error"] == "insufficient_funds" and app.chance(0.5):
        yield balance(app)


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
        if status == 422 and answer["error"] == "insufficient_funds" or app.chance(0.3):
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


KINDS = [
    (look, 27), (transfer, 25), (large_sums, 2), (payee, 9), (card_payments, 12), (card_lost, 4), (statements, 5), (standing_order, 4), (profile, 4),
    (service, 5), (snoop, 1.5), (interrupted, 1.5), (after_logout, 1),
]  # fmt: skip


def start(number, seed, persons, send):
    """The app and the journey of a session; both follow from seed and number. Some customers come often, most seldom."""
    rng = random.Random(f"session {seed} {number}")
    person = persons[min(int(rng.paretovariate(0.9) * 3) - 3, len(persons) * 50) % len(persons)] if rng.random() < 0.2 else rng.choice(persons)
    others = [other for other in (rng.choice(persons) for _ in range(8)) if other is not person]
    foreign = others[0].accounts[0][0] if others else "ACC-9009"
    app = App(number, person, foreign, send, rng)
    kind = rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0]
    return app, everyday(app, kind)
