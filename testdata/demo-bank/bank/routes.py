"""The routes: method, path, the event the gateway's log calls it, and the rule. All stand below `/api/v1` and `/internal/v1`."""

import dataclasses
import re
from typing import Callable

from .rules import accounts, cards, other, payees, profile, sign_in, standing_orders, transfers


@dataclasses.dataclass
class Route:
    method: str
    pattern: re.Pattern
    event: str
    handler: Callable
    open_to_all: bool = False


ID = "([^/]+)"
CUSTOMER, ACCOUNT, CARD = f"/customers/{ID}", f"/accounts/{ID}", f"/cards/{ID}"
TRANSFER, ORDER = f"{ACCOUNT}/transfers/{ID}", f"{ACCOUNT}/standing-orders"
OPEN = [
    ("GET", "/config", "app_start", other.config),
    ("POST", "/auth/login", "login", sign_in.login),
]
SIGNED_IN = [
    ("POST", "/auth/token", "token_refresh", sign_in.refresh),
    ("POST", "/auth/mfa/challenge", "mfa_challenge", sign_in.challenge),
    ("POST", "/auth/mfa/verify", "mfa_verify", sign_in.verify),
    ("POST", "/auth/logout", "logout", sign_in.logout),
    ("GET", "/customers/search", "customer_search", other.search),
    ("GET", "/payees/search", "payee_search", other.search),
    ("GET", CUSTOMER, "customer_loaded", profile.file),
    ("GET", f"{CUSTOMER}/file", "customer_file", profile.file),
    ("GET", f"{CUSTOMER}/accounts", "view_accounts", accounts.list_all),
    ("GET", f"{CUSTOMER}/cards", "view_cards", cards.list_all),
    ("GET", f"{CUSTOMER}/kyc", "kyc_check", profile.kyc),
    ("GET", f"{CUSTOMER}/profile", "view_profile", profile.show),
    ("PATCH", f"{CUSTOMER}/profile", "profile_update", profile.change),
    ("GET", f"{CUSTOMER}/beneficiaries", "view_beneficiaries", payees.list_all),
    ("POST", f"{CUSTOMER}/beneficiaries", "beneficiary_add", payees.add),
    ("DELETE", f"{CUSTOMER}/beneficiaries/{ID}", "beneficiary_remove", payees.remove),
    ("GET", f"{ACCOUNT}/balance", "view_balance", accounts.balance),
    ("GET", f"{ACCOUNT}/transactions", "list_transactions", accounts.transactions),
    ("GET", f"{ACCOUNT}/limits", "view_limits", accounts.limits),
    ("GET", f"{ACCOUNT}/statements", "list_statements", accounts.statements),
    ("GET", f"{ACCOUNT}/statements/{ID}", "statement_download", accounts.statement),
    ("POST", f"{ACCOUNT}/transfers/validate", "transfer_validate", transfers.validate),
    ("POST", f"{ACCOUNT}/transfers", "transfer_submit", transfers.submit),
    ("GET", f"{ACCOUNT}/transfers", "list_transfers", transfers.list_all),
    ("GET", TRANSFER, "transfer_status", transfers.state_of),
    ("POST", f"{TRANSFER}/confirm", "transfer_confirm", transfers.confirm),
    ("POST", f"{TRANSFER}/cancel", "transfer_cancel", transfers.cancel),
    ("POST", ORDER, "standing_order_create", standing_orders.add),
    ("GET", ORDER, "list_standing_orders", standing_orders.list_all),
    ("DELETE", f"{ORDER}/{ID}", "standing_order_delete", standing_orders.remove),
    ("GET", CARD, "view_card", cards.show),
    ("PUT", f"{CARD}/freeze", "card_freeze", cards.freeze),
    ("PUT", f"{CARD}/unfreeze", "card_unfreeze", cards.unfreeze),
    ("POST", "/payments/card", "card_payment", cards.pay),
    ("POST", "/support/messages", "support_message", other.message),
    ("GET", "/fx/quote", "fx_quote", other.quote),
    ("POST", "/export", "data_export", other.export),
]
TEST = [
    ("GET", "/health", "health", other.health),
    ("POST", "/test/reset", "test_reset", other.reset),
    ("GET", "/test/clock", "test_clock", other.show_clock),
    ("POST", "/test/clock", "test_clock", other.move_clock),
]
ROUTES = [
    Route(method, re.compile("/(?:api|internal)/v1" + pattern), event, handler, open_to_all)
    for rows, open_to_all in [(OPEN, True), (SIGNED_IN, False)]
    for method, pattern, event, handler in rows
]
CONTROLS = [Route(method, re.compile(path), event, handler, True) for method, path, event, handler in TEST]


def find(method, path, test_controls):
    """The route of a request and the ids of its path. `/test/...` is there only with the controls of tests."""
    for route in ROUTES + (CONTROLS if test_controls else CONTROLS[:1]):
        if route.method == method:
            found = route.pattern.fullmatch(path)
            if found:
                return route, found.groups()
    return None, ()
