"""What a bank has besides: configuration, searches, messages, exchange rates; and the controls of tests."""

from .. import clock, money
from ..errors import Refused

FX_ROUNDS = 4


def health(bank, call):
    return 200, {"state": "up"}


def config(bank, call):
    return 200, {"platform": "mobile", "features": ["transfers", "cards", "standing-orders"]}


def search(bank, call):
    return 200, {"results": []}


def message(bank, call):
    if call.body.get("ticket"):
        return 200, {"ticket": call.body["ticket"]}
    return 201, {"ticket": f"M-{bank.state.next('message')}"}


def export(bank, call):
    return 200, {"rows": 0}


def quote(bank, call):
    pair = call.query.get("pair", "EURUSD")
    left, right = money.EUR_PER_UNIT.get(pair[:3]), money.EUR_PER_UNIT.get(pair[3:])
    if left is None or right is None:
        raise Refused(422, "pair_not_supported")
    return 200, {"pair": pair, "rate": float(round(left / right, FX_ROUNDS))}


def reset(bank, call):
    """All as at the start: sessions, money, locks, clock."""
    bank.reset()
    return 200, {"state": "reset"}


def show_clock(bank, call):
    return 200, {"now": clock.stamp(bank.clock.now())}


def move_clock(bank, call):
    """`{"now": "2026-03-02T08:00:00Z"}` or `{"advance_seconds": 600}`."""
    try:
        if "now" in call.body:
            moment = clock.parse(str(call.body["now"]))
        else:
            moment = bank.clock.now() + float(call.body.get("advance_seconds"))
        clock.day(moment)
    except (TypeError, ValueError, OverflowError, OSError):
        raise Refused(400, "time_not_valid") from None
    bank.clock.move_to(moment)
    return show_clock(bank, call)
