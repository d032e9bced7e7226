#!/usr/bin/env python3
"""Compares prices, intervals and conversions with another library (PyPI: opendp 0.16.0).

    python3 testdata/dp-report/oracle.py TABLE

Each line of the table is JSON: `mechanism`, exact `scale` (sigma squared, or b), `l0`, the `nano_rho` that is charged, the `half_width` of the
95 % interval, and `micro_epsilon` at `atto_delta`. opendp maps sensitivities to prices with outward rounding, so a charge must not be below its price;
its accuracy is the least a with P[|noise| >= a] <= 5 % (of Laplace noise a real number), so the next integer is one more than the half width. Thresholds are not compared: opendp understates their delta
(its issue 2922). Exit 0: all of it agrees.
"""
import json, math, sys
from fractions import Fraction
import opendp.prelude as dp
from opendp.accuracy import discrete_gaussian_scale_to_accuracy, discrete_laplacian_scale_to_accuracy

dp.enable_features("contrib")
VECTOR = dp.vector_domain(dp.atom_domain(T=int))


def problems(row):
    scale, l0, rho = Fraction(row["scale"]), row["l0"], row["nano_rho"] / 1e9
    if row["mechanism"] == "discrete_gaussian":
        sigma = math.sqrt(scale)
        measurement = dp.m.make_gaussian(VECTOR, dp.l2_distance(T=float), scale=sigma)
        price, accuracy = measurement.map(math.sqrt(l0)), discrete_gaussian_scale_to_accuracy(sigma, 0.05)
    else:
        measurement = dp.m.make_laplace(VECTOR, dp.l1_distance(T=int), scale=float(scale))
        # Pure epsilon is epsilon squared over two in zCDP (Bun and Steinke 2016, Proposition 1.4).
        price, accuracy = measurement.map(l0) ** 2 / 2, discrete_laplacian_scale_to_accuracy(float(scale), 0.05)
    # opendp takes the scale as a float, which moves the price in the last digits.
    if rho < price * (1 - 1e-9):
        yield f"charges rho {rho}, and opendp says {price}"
    if rho > price * (1 + 1e-3) + 1e-8:
        yield f"charges rho {rho} for what costs {price}"
    if row["half_width"] != math.ceil(accuracy) - 1:
        yield f"has a half width of {row['half_width']}, and opendp an accuracy of {accuracy}"
    if row["mechanism"] == "discrete_gaussian":
        # The conversion is compared on the price that opendp knows, by a Gaussian of exactly the charged rho.
        exact = dp.m.make_gaussian(VECTOR, dp.l2_distance(T=float), scale=math.sqrt(1 / (2 * rho)))
        epsilon = dp.c.make_zCDP_to_approxDP(exact).map(1.0).epsilon(row["atto_delta"] / 1e18)
        ours = row["micro_epsilon"] / 1e6
        if ours < epsilon * (1 - 1e-6) or ours > epsilon * (1 + 1e-3) + 2e-6:
            yield f"converts to epsilon {ours}, and opendp to {epsilon}"


def main(path):
    rows = [json.loads(line) for line in open(path)]
    found = [f"{row['name']}: {problem}" for row in rows for problem in problems(row)]
    print(json.dumps({"rows": len(rows), "problems": found}, indent=1))
    return 1 if found or not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
