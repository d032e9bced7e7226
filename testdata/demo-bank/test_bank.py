"""The demo bank holds its rules, and each fault breaks the one it names.

    python3 -m unittest discover -s testdata/demo-bank -p 'test_*.py'
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

import probes  # noqa: E402
from bank import faults, money, routes, state  # noqa: E402
from bank.clock import Clock, parse  # noqa: E402
from bank.core import Bank  # noqa: E402
from bank.logs import Logs  # noqa: E402
from bank.web import Server  # noqa: E402
from client import PAYEE, Client  # noqa: E402

MONDAY = parse("2026-03-02T08:00:00+00:00")


class Running:
    """One server whose bank is replaced for each case."""

    @classmethod
    def start(cls):
        cls.server = Server(None, 0)
        cls.url = f"http://127.0.0.1:{cls.server.server_address[1]}"
        threading.Thread(target=cls.server.serve_forever, args=(0.01,), daemon=True).start()

    @classmethod
    def case(cls, probe, *switched_on):
        """Runs a probe on a fresh bank with these faults."""
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            logs = Logs(folder, place / "events.jsonl")
            cls.server.bank = Bank(switched_on, Clock(MONDAY), logs, customers=3, test_controls=True)
            client = Client(cls.url)
            client.sign_in()
            try:
                probe(client, lambda name: (place / name).read_text(encoding="utf-8"))
            finally:
                client.close()
                logs.close()


def setUpModule():  # noqa: N802
    Running.start()


def tearDownModule():  # noqa: N802
    Running.server.shutdown()
    Running.server.server_close()


def probe_of(name):
    return getattr(probes, name.replace("-", "_"))


class Faults(unittest.TestCase):
    def test_every_probe_holds_without_faults(self):
        for fault in faults.load():
            with self.subTest(fault["name"]):
                Running.case(probe_of(fault["name"]))

    def test_every_fault_fails_its_probe(self):
        for fault in faults.load():
            with self.subTest(fault["name"]), self.assertRaises(AssertionError):
                Running.case(probe_of(fault["name"]), fault["name"])

    def test_the_list_is_what_the_rules_know_and_each_fault_has_one_place(self):
        code = "".join(path.read_text(encoding="utf-8") for path in sorted((HERE / "bank").rglob("*.py")))
        named = re.findall(r'faulty\("([a-z-]+)"\)', code)
        self.assertEqual(sorted(named), sorted(fault["name"] for fault in faults.load()))

    def test_there_are_enough_and_ten_are_independent(self):
        self.assertGreaterEqual(len(faults.load()), 30)
        self.assertEqual(sum(fault["independent"] for fault in faults.load()), 10)

    def test_the_readme_has_the_table(self):
        readme = (HERE / "README.md").read_text(encoding="utf-8")
        for fault in faults.load():
            self.assertIn(f"| {fault['name']} | {fault['kind']} | {'yes' if fault['independent'] else ''} | {fault['what']} |", readme)


class Rules(unittest.TestCase):
    """What no fault covers."""

    def check(self, probe):
        Running.case(lambda c, log: probe(c))

    def test_requests_that_are_none(self):
        def probe(c):
            for body in (b"{", b"[]", b'{"amount": NaN}', b'{"amount": 1e999999999}', b"[" * 9000):
                self.assertEqual(c.call("POST", "/accounts/ACC-1001/transfers", body)[0], 400, body[:20])
            for amount in (True, "5", None, 1.001, 1e300, [1]):
                self.assertEqual(c.transfer("ACC-1001", amount)[0], 400, amount)
            self.assertEqual(c.get("/nowhere")[0], 404)
            self.assertEqual(c.call("POST", "/auth/login", {"username": ["x"]})[0], 401)
            self.assertEqual(c.get("/accounts/ACC-1001/transactions?page=x")[0], 400)
            self.assertEqual(c.transfer("ACC-1001", 1, currency="XXX"), (422, {"error": "currency_not_supported"}))
            self.assertEqual(c.transfer("ACC-1001", 1, currency=[])[0], 422)
            self.assertEqual(c.call("POST", "/auth/login", b'"' + b"x" * 70_000 + b'"')[0], 413)

        self.check(probe)

    def test_money_waiting_too_long_comes_back(self):
        def probe(c):
            transfer = c.transfer("ACC-1001", 100)[1]["id"]
            self.assertEqual(c.balance("ACC-1001"), 9900)
            c.move_clock(advance_seconds=590)
            c.get("/config")
            self.assertEqual(c.balance("ACC-1001"), 9900)
            c.move_clock(advance_seconds=590)
            self.assertEqual(c.balance("ACC-1001"), 10000)
            self.assertEqual(c.settle("ACC-1001", transfer), (409, {"error": "expired"}))

        self.check(probe)

    def test_money_moves_between_accounts_of_the_bank(self):
        def probe(c):
            transfer = c.transfer("ACC-1001", 100, beneficiary_iban="DE02300209000106531065")[1]["id"]
            self.assertEqual(c.settle("ACC-1001", transfer)[1]["state"], "booked")
            self.assertEqual((c.balance("ACC-1001"), c.balance("ACC-1002")), (9900, 25100))
            self.assertEqual(c.balance("DE02120300000000202051"), 9900)
            entry = c.get("/accounts/ACC-1002/transactions")[1]["transactions"][0]
            self.assertEqual((entry["amount"], entry["counterparty"]), (100, "DE02120300000000202051"))

        self.check(probe)

    def test_a_missing_payment_of_a_standing_order_is_no_debt(self):
        def probe(c):
            c.post("/accounts/ACC-1003/standing-orders", {"amount": 12.51, "beneficiary_iban": PAYEE, "day": 15})
            c.move_clock(now="2026-05-20T09:00:00Z")
            c.sign_in()
            self.assertEqual(c.balance("ACC-1003"), 12.5)

        self.check(probe)

    def test_three_wrong_codes_close_the_challenge(self):
        def probe(c):
            self.assertEqual([c.post("/auth/mfa/verify", {"code": "1"})[0] for _ in range(4)], [401, 401, 401, 423])
            self.assertEqual(c.step_up(), 200)
            c.move_clock(advance_seconds=301)
            self.assertEqual(c.transfer("ACC-1001", 6000)[0], 403)

        self.check(probe)

    def test_reset_and_the_test_data(self):
        def probe(c):
            data = json.loads((HERE / "test-data.json").read_text(encoding="utf-8"))
            c.booked("ACC-1001", 100)
            c.move_clock(advance_seconds=60)
            self.assertEqual(c.post("/test/reset")[0], 200)
            self.assertEqual(c.get("/test/clock")[1]["now"], "2026-03-02T08:00:00.000Z")
            for user in data["users"].values():
                self.assertEqual(c.sign_in(user["username"], user["password"]), 200)
            self.assertEqual(c.balance(data["values"]["account"]), 10000)
            self.assertEqual(c.balance(data["values"]["iban"]), 10000)

        self.check(probe)

    def test_each_named_refusal_of_the_test_data_is_one(self):
        data = json.loads((HERE / "test-data.json").read_text(encoding="utf-8"))
        seen = set()
        for method, pattern, _, _ in routes.SIGNED_IN + routes.OPEN:
            pattern = pattern.replace(routes.ID, "ID")
            words = "-".join([method.lower(), *(word for word in pattern.split("/") if word and word != "ID")])
            for name, given in data["data"].items():
                if re.fullmatch(words + "-[0-9]{3}", name):
                    path = filled(pattern, {**data["values"], **given.get("values", {})})
                    status = int(name[-3:])
                    self.check(lambda c: self.assertEqual(c.call(method, path, given.get("body", {}), given.get("headers"))[0], status, name))
                    seen.add(name)
        self.assertEqual(set(data["data"]) - seen, {"high-value", "post-auth-login-401-then-right"})

    def test_without_the_switch_there_are_no_test_routes(self):
        Running.server.bank = Bank([], Clock(MONDAY), Logs(), customers=0)
        client = Client(Running.url, {"X-Test-Time": "2030-01-01T00:00:00Z"})
        self.assertEqual(client.post("/test/reset"), (404, {"error": "no_such_route"}))
        self.assertEqual(client.get("/health")[0], 200)
        self.assertEqual(Running.server.bank.clock.now(), MONDAY)
        client.close()

    def test_seeded_customers_are_sound_and_the_same_each_time(self):
        one, two = state.State(7, 50), state.State(7, 50)
        self.assertEqual(one.accounts, two.accounts)
        self.assertEqual(one.users, two.users)
        self.assertTrue(all(money.iban_valid(account.iban) for account in one.accounts.values()))
        self.assertTrue(all(money.luhn_digit(card.number[:-1]) == card.number[-1] for card in one.cards.values()))


def filled(pattern, values):
    """The path of a route, with the ids of the test data."""
    ids = {"customers": "customer", "accounts": "account", "cards": "card", "statements": "statement_id", "transfers": "transfer_id"}
    parts = pattern.split("/")
    return "/".join(values[ids[parts[place - 1]]] if part == "ID" else part for place, part in enumerate(parts))


class Traffic(unittest.TestCase):
    def day(self, folder):
        """A small day on a bank of its own process; its port is read from its first line."""
        command = [sys.executable, HERE / "server.py", "--port", "0", "--logs", folder, "--customers", "60", "--seed", "5"]
        command += ["--test-controls", "--log-clock", "2026-03-02T00:00:00Z"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bank:
            try:
                url = f"http://127.0.0.1:{int(bank.stdout.readline())}"
                traffic = [sys.executable, HERE / "traffic.py", "--base-url", url, "--seed", "5", "--customers", "60", "--sessions", "150"]
                subprocess.run(traffic, check=True, capture_output=True, timeout=60)
            finally:
                bank.terminate()
        return {path.name: path.read_text(encoding="utf-8") for path in pathlib.Path(folder).iterdir()}

    def test_a_day_is_the_same_each_time_and_has_what_a_day_has(self):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            logs, again = self.day(one), self.day(two)
        self.assertEqual(logs, again)
        lines = [json.loads(line) for line in logs["gateway.jsonl"].splitlines()]
        self.assertEqual([line for line in lines if line["http"]["status"] >= 500], [])
        self.assertGreater(len({(line["event"], line["http"]["status"]) for line in lines}), 40)
        self.assertEqual(sorted(lines, key=lambda line: line["timestamp"]), lines)


if __name__ == "__main__":
    unittest.main()
