"""Signing in and out, the second factor, and lock-out after wrong passwords."""

from ..errors import Refused
from ..limits import FAILED_LOGINS_MAX, LOCK_SECONDS, SESSION_IDLE_SECONDS, STEP_UP_FAILURES_MAX, STEP_UP_SECONDS
from ..state import Session

CODE = "123456"
DAY_SECONDS = 86_400


def login(bank, call):
    """The third wrong password in a row locks the user for half an hour; nobody gets in before that, with any password."""
    name, password = call.body.get("username"), call.body.get("password")
    user = bank.state.users.get(name) if isinstance(name, str) else None
    if user is None:
        raise refuse_login(bank, call, 401, "wrong_password")
    call.logged["customer_id"] = user.acts_for[0]
    right = user.password == password
    if call.now < user.locked_until and not (right and bank.faulty("lock-out-yields")):
        raise refuse_login(bank, call, 423, "locked")
    if not right:
        count_failure(bank, call, user)
        if bank.faulty("password-in-log"):
            call.message = f"wrong password {password}"
        raise refuse_login(bank, call, 401, "wrong_password")
    user.failures = 0
    forget_old_sessions(bank, call.now)
    token = bank.new_token()
    name_in_logs = call.app_session() or "S" + bank.new_token()[:15]
    session = Session(name_in_logs, token, user.name, user.acts_for, call.now, call.now + STEP_UP_SECONDS)
    bank.state.sessions[token] = call.session = session
    return 200, {"token": token, "expires_in": SESSION_IDLE_SECONDS, "customer": user.acts_for[0]}


def refuse_login(bank, call, status, code):
    call.silent = bank.faulty("login-failure-not-logged")
    return Refused(status, code)


def count_failure(bank, call, user):
    user.failures += 1
    failures_max = FAILED_LOGINS_MAX + 1 if bank.faulty("lock-out-late") else FAILED_LOGINS_MAX
    if user.failures >= failures_max and not bank.faulty("lock-out-missing"):
        user.failures, user.locked_until = 0, call.now + LOCK_SECONDS
        call.logged["locked"] = True


def forget_old_sessions(bank, now):
    """Keeps the table small in a long run: what nobody used for a day is gone."""
    sessions = bank.state.sessions
    if len(sessions) % 256 == 255:
        for token in [token for token, session in sessions.items() if now - session.seen > DAY_SECONDS]:
            del sessions[token]


def refresh(bank, call):
    if call.body.get("refresh_token") == "expired":
        raise Refused(401, "refresh_token_expired")
    return 200, {"token": call.session.token, "expires_in": SESSION_IDLE_SECONDS}


def challenge(bank, call):
    call.session.challenge_until, call.session.challenge_failures = call.now + STEP_UP_SECONDS, 0
    return 202, {"channel": "push", "expires_in": STEP_UP_SECONDS}


def verify(bank, call):
    """A right code approves what comes next; three wrong ones close the challenge."""
    session, code = call.session, call.body.get("code")
    if call.now > session.challenge_until:
        raise Refused(409, "no_challenge")
    if session.challenge_failures >= STEP_UP_FAILURES_MAX:
        raise Refused(423, "challenge_closed")
    if code != CODE and not (bank.faulty("step-up-any-code") and len(str(code)) == 6):
        session.challenge_failures += 1
        raise Refused(401, "wrong_code")
    session.step_up_until = call.now + STEP_UP_SECONDS
    return 200, {"verified": True, "expires_in": STEP_UP_SECONDS}


def logout(bank, call):
    if not bank.faulty("logout-keeps-session"):
        del bank.state.sessions[call.session.token]
    return 204, None


def stepped_up(call, used_up=True):
    """Whether a second factor stands for this call; it is used up by it."""
    approved = call.now <= call.session.step_up_until
    if approved and used_up:
        call.session.step_up_until = 0.0
    return approved
