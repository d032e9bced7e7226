"""A customer at the app, and what every journey has: signing in, the balance, the second factor."""


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


def step_up(app):
    """The second factor, with a mistyped code now and then."""
    app.call("POST", "/auth/mfa/challenge", {})
    yield app.pause(12)
    if app.chance(0.15):
        app.call("POST", "/auth/mfa/verify", {"code": "000000"})
        yield app.pause(8)
    app.call("POST", "/auth/mfa/verify", {"code": "123456"})
    yield app.pause(2)


def code_of(answer):
    """The code of a refusal, if it is told as it should be."""
    return answer.get("error") if isinstance(answer, dict) else None
