"""The demo bank.

    python3 server.py --port 0 --logs DIR --test-controls --fault double-debit

prints the port it listens on. See README.md.
"""

import argparse
import sys

from bank import clock, faults
from bank.core import Bank
from bank.logs import Logs
from bank.web import Server


def options_of(arguments):
    parser = argparse.ArgumentParser(description="A small HTTP bank with its logs, and faults that can be switched on.")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one; the port is printed")
    parser.add_argument("--logs", metavar="DIR", help="writes the logs of the gateway, the ledger and the cards to this folder")
    parser.add_argument("--event-log", metavar="FILE", help="writes one JSON object a request, without personal data")
    parser.add_argument("--log-clock", metavar="TIME", help="the clock stands at this time (RFC 3339) until /test/clock or X-Test-Time moves it")
    parser.add_argument("--seed", type=int, default=0, help="of the seeded customers")
    parser.add_argument("--customers", type=int, default=400, help="how many seeded customers there are")
    parser.add_argument("--test-controls", action="store_true", help="adds /test/reset and /test/clock, and listens to X-Test-Time")
    parser.add_argument("--controls", action="store_true", help="does nothing: lock-out, velocity and limits are always there")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", choices=[fault["name"] for fault in faults.load()])
    parser.add_argument("--list-faults", action="store_true", help="prints the faults and ends")
    return parser.parse_args(arguments)


def bank_of(options):
    """The bank that the command line describes."""
    standing = clock.Clock(clock.parse(options.log_clock) if options.log_clock else None)
    logs = Logs(options.logs, options.event_log, options.seed)
    return Bank(options.fault, standing, logs, options.seed, options.customers, options.test_controls)


def main():
    options = options_of(sys.argv[1:])
    if options.list_faults:
        print(faults.table())
        return
    server = Server(bank_of(options), options.port)
    print(server.server_address[1], flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
