"""What customers do with the bank's app, and what goes wrong for them. A journey is a generator: it sends requests and yields the
seconds until the next one, so that many customers' journeys run through one day beside each other.
"""

import random

from .app import App, sign_in
from .money import large_sums, payee, standing_order, transfer
from .other import after_logout, card_lost, card_payments, interrupted, look, profile, service, snoop, statements


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
