"""The bank's time: that of the machine, moved by an offset, or one that stands still until it is moved."""

import datetime
import time

UTC = datetime.timezone.utc


class Clock:
    """`start` (seconds since 1970) makes the clock stand there; without it the clock is the machine's."""

    def __init__(self, start=None):
        self.start = start
        self.reset()

    def reset(self):
        self.offset, self.standing = 0.0, self.start

    @property
    def simulated(self):
        return self.standing is not None

    def now(self):
        """Seconds since 1970."""
        return self.standing if self.simulated else time.time() + self.offset

    def move_to(self, moment):
        """Sets the time; a standing clock stands at the new one."""
        if self.simulated:
            self.standing = moment
        else:
            self.offset = moment - time.time()


def day(moment):
    """The calendar day of a moment, in UTC."""
    return datetime.datetime.fromtimestamp(moment, UTC).date()


def stamp(moment):
    """RFC 3339 with milliseconds."""
    return datetime.datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text):
    """Seconds since 1970 of an RFC 3339 time; `ValueError` if it is none or has no zone."""
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return moment.timestamp()
