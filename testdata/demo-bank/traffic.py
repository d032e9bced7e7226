"""A seeded day of traffic against a running demo bank.

    python3 traffic.py --base-url http://127.0.0.1:8080 --seed 1 --sessions 3000

The bank must run with `--test-controls --log-clock TIME` and the same `--seed` and `--customers`. Same seeds, same logs.
"""

import argparse
import collections
import heapq
import json
import random
import sys
import time

import journeys
from bank import clock, people
from client import Client

DAY_SECONDS = 86_400
HOUR_WEIGHTS = [1, 1, 1, 1, 1, 2, 5, 9, 11, 10, 9, 9, 11, 10, 8, 8, 9, 11, 12, 12, 10, 7, 4, 2]


class Town:
    """All sessions of a day in one order of time, over one connection."""

    def __init__(self, base_url, start, seed, customers, sessions):
        self.client, self.start, self.seed = Client(base_url), start, seed
        self.persons, self.sessions = people.script(seed, customers), sessions
        self.now, self.counts = start, collections.Counter()

    def arrivals(self, days):
        """When each session begins: the hours of a day, in order."""
        rng = random.Random(f"arrivals {self.seed}")
        hours = rng.choices(range(24), HOUR_WEIGHTS, k=self.sessions)
        return sorted(self.start + rng.randrange(days) * DAY_SECONDS + hour * 3_600 + rng.random() * 3_600 for hour in hours)

    def run(self, days):
        """Plays the sessions; each begins a random while into its hour and goes on beside the others."""
        waiting = []
        for number, moment in enumerate(self.arrivals(days)):
            _, journey = journeys.start(number, self.seed, self.persons, self.send)
            heapq.heappush(waiting, (moment, number, journey))
        while waiting:
            self.now, number, journey = heapq.heappop(waiting)
            try:
                pause = next(journey)
            except StopIteration:
                continue
            heapq.heappush(waiting, (self.now + pause, number, journey))

    def send(self, app, method, path, body, headers):
        """One request at the present moment; a moment later comes the next."""
        self.client.token = app.token
        sent = {"X-Test-Time": clock.stamp(self.now), "X-App-Session": app.session, "X-Forwarded-For": app.ip, "User-Agent": app.device}
        status, answer = self.client.call(method, path, body, {**sent, **(headers or {})})
        self.counts[status] += 1
        self.now += 0.001
        return status, answer


def main():
    parser = argparse.ArgumentParser(description="A seeded day of traffic against a running demo bank.")
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--seed", type=int, default=0, help="the same as the bank's")
    parser.add_argument("--customers", type=int, default=400, help="the same as the bank's")
    parser.add_argument("--sessions", type=int, default=3000)
    parser.add_argument("--start", default="2026-03-02T00:00:00Z", help="the first moment of the day")
    parser.add_argument("--days", type=int, default=1, help="the sessions are spread over so many days")
    options = parser.parse_args()
    town = Town(options.base_url, clock.parse(options.start), options.seed, options.customers, options.sessions)
    if town.client.get("/test/clock")[0] != 200:
        sys.exit("the bank runs without --test-controls")
    began = time.monotonic()
    town.run(options.days)
    print(json.dumps({"requests": sum(town.counts.values()), "seconds": round(time.monotonic() - began, 1), "status": dict(sorted(town.counts.items()))}))


if __name__ == "__main__":
    main()
