"""The faults that can be switched on. `faults.json` is the list; each name stands at one place of the rules."""

import json
import pathlib

FILE = pathlib.Path(__file__).parent.parent / "faults.json"


def load():
    """The faults, each with `name`, `kind`, `independent` and `what`."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def table():
    """The list as a person reads it: name, kind, whether it is of the independent ten, a sentence."""
    rows = load()
    return "\n".join(f"{row['name']:36}{row['kind']:16}{'independent' if row['independent'] else '-':13}{row['what']}" for row in rows)
