#!/usr/bin/env python3
"""Adds up a ledger with another hand's accountant (PyPI: dp-accounting 0.6.0) and compares.

    LOGMINER_YEAR=DIR cargo test -p runner a_year_is_served
    python3 testdata/dp-report/account.py DIR/ledger.jsonl

For each committed charge the loss is recomputed from its scale and bound: one discrete Gaussian of squared L2 sensitivity l0, so a
Gaussian of noise multiplier sqrt(sigma2 / l0). The ledger must charge at least the sum, and not more than rounding allows; its
epsilon must not be below that of the Renyi accountant. Exit 0: it holds.
"""
import json, math, sys
from fractions import Fraction
from dp_accounting import dp_event
from dp_accounting.rdp import RdpAccountant


def main(path):
    reserved, charged, rankings, count, event_of = 0, Fraction(0), Fraction(0), 0, {}
    policy = None
    for line in open(path):
        entry = json.loads(line)["entry"]
        if entry["kind"] == "genesis":
            policy = entry["policy"]
        elif entry["kind"] == "reserve":
            reserved += entry["nano_rho"]
        elif entry["kind"] == "commit":
            for charge in entry["charges"]:
                count += 1
                if charge["mechanism"] == "exponential":
                    # l0 choices of bounded range epsilon: epsilon squared over 8 each.
                    rankings += Fraction(charge["l0"]) / (8 * Fraction(charge["scale"]) ** 2)
                    continue
                assert charge["mechanism"] == "discrete_gaussian"
                sigma2 = Fraction(charge["scale"])
                charged += Fraction(charge["l0"]) / (2 * sigma2)
                key = sigma2 / charge["l0"]
                event_of[key] = event_of.get(key, 0) + 1
    accountant = RdpAccountant(orders=[1 + math.exp(x / 200) for x in range(-600, 2000)])
    for key, times in event_of.items():
        accountant.compose(dp_event.GaussianDpEvent(math.sqrt(key)), times)
    if rankings:
        accountant.compose(dp_event.ZCDpEvent(float(rankings)))
    ledger_rho, own_rho = Fraction(reserved, 10**9), charged + rankings
    delta = policy["conversion_atto_delta"] / 1e18
    epsilon = accountant.get_epsilon(delta)
    # Canonne, Kamath, Steinke (2020), Corollary 13, by a grid, as an own conversion of the ledger's rho.
    rho = float(ledger_rho)
    best = min((a * rho + math.log1p(-1 / a) - math.log(a * delta) / (a - 1)) for a in (1 + math.exp(x / 200) for x in range(-600, 2000)))
    out = {"charges": count, "ledger_rho": float(ledger_rho), "recomputed_rho": float(own_rho), "rho_excess_parts": float(ledger_rho / own_rho - 1),
           "epsilon_of_ledger": best, "epsilon_of_dp_accounting": epsilon, "delta": delta}
    out["pass"] = bool(ledger_rho >= own_rho and ledger_rho / own_rho - 1 < 1e-4 and best >= epsilon - 1e-6 and best / epsilon - 1 < 1e-2)
    print(json.dumps(out, indent=1))
    return 0 if out["pass"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
