"""One probe a fault, named after it: a few requests and what the bank must answer. It holds on a bank without faults and fails with its own.

`c` is a client signed in as test-customer, on a bank whose clock stands on a Monday at eight; `log(name)` reads a file of its logs.
"""

import time

from client import PAYEE

TO_1, TO_2, POOR, FOREIGN = "ACC-1001", "ACC-1002", "ACC-1003", "ACC-9009"


def same(found, wanted):
    assert found == wanted, f"{found!r} is not {wanted!r}"


def status(answer, wanted):
    same(answer[0], wanted)
    return answer[1]


def refused(answer, wanted, code):
    same((answer[0], answer[1].get("error")), (wanted, code))


def transfer_limit_off_by_one(c, log):
    c.step_up()
    status(c.transfer(TO_2, 10000), 201)


def transfer_limit_missing(c, log):
    c.step_up()
    refused(c.transfer(TO_2, 10000.01), 422, "limit_exceeded")


def balance_off_by_one(c, log):
    status(c.transfer(POOR, 12.5), 201)


def overdraft(c, log):
    refused(c.transfer(POOR, 12.51), 422, "insufficient_funds")


def fill_the_day(c, confirm):
    for amount in (5000, 5000):
        c.booked(TO_2, amount) if confirm else c.transfer(TO_2, amount)
    c.sign_in()
    c.booked(TO_2, 5000) if confirm else c.transfer(TO_2, 5000)
    refused(c.transfer(TO_2, 0.01), 422, "day_limit_exceeded")


def day_limit_missing(c, log):
    fill_the_day(c, confirm=True)


def day_limit_counts_booked_only(c, log):
    fill_the_day(c, confirm=False)


def session_limit_missing(c, log):
    c.booked(TO_2, 5000)
    c.booked(TO_2, 5000)
    refused(c.transfer(TO_2, 2000.01), 422, "session_limit_exceeded")


def velocity_missing(c, log):
    for _ in range(3):
        status(c.transfer(TO_1, 1), 201)
    refused(c.transfer(TO_1, 1), 429, "too_many_transfers")


def card_limit_missing(c, log):
    status(c.post("/payments/card", {"card": "CARD-1", "amount": 2000}), 200)
    refused(c.post("/payments/card", {"card": "CARD-1", "amount": 0.01}), 402, "card_limit_exceeded")


def order(c, amount=50, day=15):
    return c.post(f"/accounts/{TO_1}/standing-orders", {"amount": amount, "beneficiary_iban": PAYEE, "day": day})


def standing_order_limit_missing(c, log):
    refused(order(c, 5000.01), 422, "limit_exceeded")


def step_up_missing(c, log):
    refused(c.transfer(TO_1, 5000.01), 403, "step_up_needed")


def step_up_off_by_one(c, log):
    status(c.transfer(TO_1, 5000), 201)


def step_up_reused(c, log):
    c.step_up()
    status(c.transfer(TO_2, 5500), 201)
    refused(c.transfer(TO_2, 5500), 403, "step_up_needed")


def step_up_any_code(c, log):
    same(c.step_up("000000"), 401)


def phone_change_without_step_up(c, log):
    refused(c.call("PATCH", "/customers/C-1/profile", {"phone": "+49 160 1234567"}), 403, "step_up_needed")
    c.step_up()
    status(c.call("PATCH", "/customers/C-1/profile", {"phone": "+49 160 1234567"}), 200)


def wrong_passwords(c, times):
    for _ in range(times):
        same(c.sign_in("careless-customer", "wrong"), 401)


def lock_out_missing(c, log):
    wrong_passwords(c, 3)
    same(c.sign_in("careless-customer", "wrong"), 423)


def lock_out_late(c, log):
    wrong_passwords(c, 3)
    same(c.sign_in("careless-customer"), 423)


def lock_out_yields(c, log):
    wrong_passwords(c, 3)
    same(c.sign_in("careless-customer", "wrong"), 423)
    same(c.sign_in("careless-customer"), 423)
    c.move_clock(advance_seconds=1801)
    same(c.sign_in("careless-customer"), 200)


def logout_keeps_session(c, log):
    status(c.post("/auth/logout"), 204)
    status(c.get(f"/accounts/{TO_1}/balance"), 401)


def session_never_expires(c, log):
    c.move_clock(advance_seconds=600)
    status(c.get(f"/accounts/{TO_1}/balance"), 200)
    c.move_clock(advance_seconds=601)
    status(c.get(f"/accounts/{TO_1}/balance"), 401)


def accounts_without_sign_in(c, log):
    c.token = ""
    status(c.get("/customers/C-1/accounts"), 401)


def foreign_balance(c, log):
    refused(c.get(f"/accounts/{FOREIGN}/balance"), 403, "not_yours")


def foreign_transfer(c, log):
    refused(c.transfer(FOREIGN, 1), 403, "not_yours")


def foreign_card(c, log):
    refused(c.call("PUT", "/cards/CARD-9/freeze"), 403, "not_yours")


def statement_foreign(c, log):
    refused(c.get(f"/accounts/{FOREIGN}/balance"), 403, "not_yours")
    refused(c.get(f"/accounts/{FOREIGN}/statements/S-1"), 403, "not_yours")


def third_transfer_fails(c, log):
    for _ in range(3):
        status(c.transfer(TO_1, 1), 201)


def double_debit(c, log):
    c.booked(TO_1, 100)
    same(c.balance(TO_1), 9900)


def confirm_repeat_debits(c, log):
    transfer = c.booked(TO_1, 100)
    status(c.settle(TO_1, transfer), 200)
    same(c.balance(TO_1), 9900)


def stale_balance(c, log):
    same(c.balance(TO_1), 10000)
    c.booked(TO_1, 100)
    same(c.balance(TO_1), 9900)


def idempotency_lost(c, log):
    first, again = (status(c.transfer(TO_1, 100, key="k-1"), 201)["id"] for _ in range(2))
    same(first, again)
    same(c.balance(TO_1), 9900)


def idempotency_conflict_accepted(c, log):
    status(c.transfer(TO_1, 100, key="k-1"), 201)
    refused(c.transfer(TO_1, 101, key="k-1"), 409, "idempotency_key_reused")


def retry_after_sign_in_transfers_again(c, log):
    first = c.transfer(TO_1, 100, key="k-1")[1]["id"]
    same(c.transfer(TO_1, 100, key="k-1")[1]["id"], first)
    c.sign_in()
    same(c.transfer(TO_1, 100, key="k-1")[1]["id"], first)


def cancelled_transfer_books(c, log):
    transfer = c.transfer(TO_1, 100)[1]["id"]
    status(c.settle(TO_1, transfer, "cancel"), 200)
    refused(c.settle(TO_1, transfer), 409, "cancelled")
    same(c.balance(TO_1), 10000)


def booked_transfer_cancels(c, log):
    refused(c.settle(TO_1, c.booked(TO_1, 100), "cancel"), 409, "booked")


def hold_kept_after_cancel(c, log):
    transfer = c.transfer(TO_1, 100)[1]["id"]
    same(c.balance(TO_1), 9900)
    c.settle(TO_1, transfer, "cancel")
    same(c.balance(TO_1), 10000)


def frozen_pays(c, amount):
    status(c.call("PUT", "/cards/CARD-1/freeze"), 200)
    refused(c.post("/payments/card", {"card": "CARD-1", "amount": amount}), 402, "card_frozen")
    status(c.call("PUT", "/cards/CARD-1/unfreeze"), 200)
    status(c.post("/payments/card", {"card": "CARD-1", "amount": amount}), 200)


def blocked_card_pays(c, log):
    frozen_pays(c, 80)


def blocked_card_small_amount(c, log):
    frozen_pays(c, 20)


def closed_card_unfreezes(c, log):
    refused(c.call("PUT", "/cards/CARD-3/unfreeze"), 409, "closed")


def on_the_day(c, day, moment):
    made = status(order(c, day=day), 200)
    c.move_clock(now=moment)
    c.sign_in()
    return made["id"]


def standing_order_twice(c, log):
    on_the_day(c, 15, "2026-03-15T09:00:00Z")
    same(c.balance(TO_1), 9950)


def standing_order_month_end(c, log):
    on_the_day(c, 31, "2026-03-31T09:00:00Z")
    same(c.balance(TO_1), 9950)
    c.move_clock(now="2026-04-30T09:00:00Z")
    c.sign_in()
    same(c.balance(TO_1), 9900)


def standing_order_after_delete(c, log):
    made = status(order(c), 200)["id"]
    status(c.call("DELETE", f"/accounts/{TO_1}/standing-orders/{made}"), 204)
    c.move_clock(now="2026-03-15T09:00:00Z")
    c.sign_in()
    same(c.balance(TO_1), 10000)


def value_date_on_weekend(c, log):
    c.move_clock(now="2026-03-07T09:00:00Z")
    c.sign_in()
    same(status(c.transfer(TO_1, 1), 201)["value_date"], "2026-03-09")


def negative_amount(c, log):
    refused(c.transfer(TO_1, -1), 400, "amount_not_valid")


def zero_amount(c, log):
    refused(c.transfer(TO_1, 0), 400, "amount_not_valid")


def float_cents(c, log):
    c.booked(TO_1, 19.99)
    same(c.balance(TO_1), 9980.01)


def rounding(c, log):
    same(c.balance(POOR), 12.5)


def currency_not_converted(c, log):
    c.booked(TO_1, 100, currency="GBP")
    same(c.balance(TO_1), 9883.13)


def wrong_currency(c, log):
    same(c.balance(TO_1, "currency"), "EUR")


def payee(c, iban=PAYEE, name="Test Payee"):
    return c.post("/customers/C-1/beneficiaries", {"iban": iban, "name": name})


def payee_unchecked(c, log):
    refused(payee(c, "DE76512108001245126199"), 422, "iban_not_valid")


def duplicate_payee(c, log):
    status(payee(c), 200)
    refused(payee(c), 409, "exists_already")


def payee_name_umlaut(c, log):
    same(status(payee(c, name="Käthe Müller-Øster"), 200)["name"], "Käthe Müller-Øster")


def email_unchecked(c, log):
    refused(c.call("PATCH", "/customers/C-1/profile", {"email": "nobody"}), 422, "email_not_valid")


def profile_change_clears_others(c, log):
    before = c.get("/customers/C-1/profile")[1]
    status(c.call("PATCH", "/customers/C-1/profile", {"email": "new@example.org"}), 200)
    same(c.get("/customers/C-1/profile")[1], {**before, "email": "new@example.org"})


def kyc_ignored(c, log):
    refused(c.get("/customers/C-2/kyc"), 409, "incomplete")


def statement_of_wrong_account(c, log):
    same(status(c.get(f"/accounts/{TO_2}/statements/S-1"), 200)["account"], TO_2)


def transactions_page_repeats(c, log):
    for _ in range(3):
        c.booked(TO_1, 1)
    pages = [c.get(f"/accounts/{TO_1}/transactions?size=2&page={page}")[1]["transactions"] for page in (1, 2)]
    same([len(page) for page in pages], [2, 1])
    same(len({entry["id"] for page in pages for entry in page}), 3)


def missing_field(c, log):
    same(status(c.transfer(TO_1, 1), 201).get("state"), "pending")


def wrong_status_created(c, log):
    status(c.transfer(TO_1, 1), 201)


def wrong_status_insufficient(c, log):
    status(c.transfer(POOR, 13), 422)


def not_found_is_error(c, log):
    refused(c.get(f"/accounts/{TO_1}/transfers/T-0"), 404, "not_found")


def wrong_error_body(c, log):
    same(c.get("/accounts/ACC-0/balance")[1], {"error": "not_found"})


def card_number_in_answer(c, log):
    same(status(c.get("/cards/CARD-1"), 200)["number"], "************1111")


def slow_answer(c, log):
    began = time.monotonic()
    status(c.get(f"/accounts/{TO_1}/statements/S-1"), 200)
    assert time.monotonic() - began < 1, "slower than a second"


def card_number_in_log(c, log):
    status(c.post("/payments/card", {"card": "CARD-1", "amount": 20}), 200)
    for name in ("gateway.jsonl", "events.jsonl"):
        assert "card_payment" in log("gateway.jsonl") and "1111" in log(name), "the payment is not in the log"
        assert "4111111111111111" not in log(name), f"a card number is in {name}"


def name_in_log(c, log):
    payee(c, name="Quirin Quendel")
    assert "payee saved" in log("events.jsonl"), "the payee is not in the log"
    assert "Quendel" not in log("events.jsonl"), "a name is in the event log"


def password_in_log(c, log):
    same(c.sign_in("careless-customer", "geheim-4711"), 401)
    assert "refused: wrong_password" in log("gateway.jsonl"), "the login is not in the log"
    assert "geheim-4711" not in log("gateway.jsonl"), "a password is in the log"


def ledger_event_missing(c, log):
    transfer = c.booked(TO_1, 77)
    assert any(f"transfer={transfer} " in line and "event=transfer_booked" in line for line in log("ledger.log").splitlines()), "no line of the booking"


def login_failure_not_logged(c, log):
    same(c.sign_in("careless-customer", "wrong"), 401)
    assert "refused: wrong_password" in log("gateway.jsonl"), "no line of the login"
