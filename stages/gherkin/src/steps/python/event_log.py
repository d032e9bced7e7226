"""The file adapter for journeys that are no HTTP calls. EVENT_LOG names a file of JSON lines, in the order of time:
{"event": "transfer_created", "key": "journey-1", "time": "2026-01-01T00:00:00Z"}
"""

import json
import os
import pathlib
import re
import time

WAIT_S_MAX = float(os.environ.get("EVENT_WAIT_S_MAX", "60"))


def log_text():
    """The whole log."""
    return pathlib.Path(os.environ["EVENT_LOG"]).read_text(encoding="utf-8")


def log_entries():
    """The log's entries; the last line may still be written."""
    return [json.loads(line) for line in log_text().split("\n")[:-1] if line.strip()]


def _matches(name, event):
    """Whether an event has this name; `<*>` in a name matches anything."""
    if "<*>" not in name:
        return name == event
    return re.fullmatch(".*".join(re.escape(part) for part in name.split("<*>")), event, re.DOTALL) is not None


def _holds(names):
    """Whether the events of some journey hold these names in this order."""
    progress = {}
    for entry in log_entries():
        done = progress.get(entry.get("key"), 0)
        if done < len(names) and _matches(names[done], entry["event"]):
            progress[entry.get("key")] = done + 1
    return len(names) in progress.values()


def wait_for(names, seconds):
    """Waits until some journey holds these names in this order."""
    until = time.monotonic() + min(float(seconds), WAIT_S_MAX)
    while not _holds(names):
        assert time.monotonic() < until, f"no journey in EVENT_LOG has these {len(names)} events in this order"
        time.sleep(0.1)
