"""Accepted answers: facts about what the test system answered when a person last accepted them, and the comparison with them.

TEST_ACCEPTED names the file (else `steps/accepted.json`). With ACCEPT=1 a run writes facts instead of comparing them; a second such run
keeps what was the same both times and marks the rest `*`: times, ids, random values. Facts are texts by name, so the file reads as a diff.
"""

import functools
import json
import os
import pathlib
import re

FILE = pathlib.Path(os.environ.get("TEST_ACCEPTED") or pathlib.Path(__file__).resolve().parent.parent / "accepted.json")
ACCEPTING = os.environ.get("ACCEPT") == "1"
VARIES = "*"
LINES_MAX = 60


@functools.cache
def _load():
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}


def known(scenario):
    """Whether a scenario can compare, or is to be accepted now."""
    return ACCEPTING or any(name.startswith(f"{scenario} ") for name in _load())


def check(scenario, facts):
    """Compares the facts of one scenario with the accepted ones, or accepts them."""
    everything = _load()
    if ACCEPTING:
        before = everything.get(scenario)
        everything[scenario] = facts if before is None else {name: before.get(name) if before.get(name) == facts.get(name) else VARIES for name in before | facts}
        FILE.write_text(json.dumps(everything, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    assert scenario in everything, "nothing is accepted for this step: accept the answers of the test system first"
    differences = [name for name, value in everything[scenario].items() if value != VARIES and facts.get(name) != value]
    differences += [name for name in facts if name not in everything[scenario] and not _is_below_varying(name, everything[scenario])]
    assert not differences, f"not as accepted: {', '.join(sorted(differences)[:8])}"


def _is_below_varying(name, accepted):
    return any(value in (VARIES, "empty") and name.startswith(known_name.split(" ")[0]) for known_name, value in accepted.items())


def _pattern(text):
    """The form of a text: runs of digits, of small and of capital letters; what is drawn at random is one sign, as its runs are chance."""
    text = re.sub(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", "*", text)
    text = re.sub(r"(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{16,}", "*", text, flags=re.ASCII)
    text = re.sub(r"(?=[a-f]*[0-9])[0-9a-f]{8,}", "*", text)
    return re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", re.sub(r"[0-9]+", "9", text)))


def _number(value):
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _scalar(value):
    # JSON knows no whole numbers: 20 and 20.0 are one value, written as the other libraries write it.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False)[:200]


def _sent_as(value, sent):
    """The name of what was sent with this value; with a minus where its opposite was."""
    for name, other in sorted(sent.items()):
        is_same_kind = type(other) is type(value) or (_number(value) is not None and _number(other) is not None)
        if other == value and is_same_kind and not isinstance(value, bool) and value not in (0, ""):
            return f"sent {name}"
        if _number(value) and _number(other) and value == -other:
            return f"minus sent {name}"
    return None


def leaves(value, prefix=""):
    """Scalars of a JSON value by dotted path."""
    if isinstance(value, dict):
        return {path: leaf for name, item in value.items() for path, leaf in leaves(item, f"{prefix}.{name}" if prefix else name).items()}
    if isinstance(value, list):
        return {path: leaf for place, item in enumerate(value) for path, leaf in leaves(item, f"{prefix}[{place}]").items()}
    return {prefix: value}


def facts_of(value, sent, prefix):
    """What can be said of a JSON value."""
    facts = {}
    if isinstance(value, dict):
        facts[f"{prefix} fields"] = " ".join(sorted(value))
        for name, item in value.items():
            facts |= facts_of(item, sent, f"{prefix}.{name}")
        return facts
    if isinstance(value, list):
        facts[f"{prefix} items"] = "some" if value else "empty"
        facts[f"{prefix} count"] = str(len(value))
        for item in value:
            for name, fact in facts_of(item, {}, f"{prefix}[]").items():
                facts[name] = fact if facts.get(name, fact) == fact else "mixed"
        return facts | _order(value, prefix) | _sums(value, prefix)
    kind = "null" if value is None else "truth" if isinstance(value, bool) else "number" if _number(value) is not None else "text"
    facts[f"{prefix} kind"] = kind
    facts[f"{prefix} value"] = _sent_as(value, sent) or _scalar(value)
    if kind == "text":
        facts[f"{prefix} form"] = _pattern(value)[:200]
    return facts


def _columns(items):
    rows = [item for item in items if isinstance(item, dict)]
    names = sorted(set.intersection(*(set(row) for row in rows))) if rows and len(rows) == len(items) else []
    return {name: [row[name] for row in rows] for name in names}


def _order(items, prefix):
    """Columns of a list that rise or fall."""
    facts = {}
    for name, column in _columns(items).items():
        if len(column) < 2 or len({type(value) for value in column}) != 1 or not isinstance(column[0], (str, int, float)) or len(set(column)) < 2:
            continue
        rising, falling = column == sorted(column), column == sorted(column, reverse=True)
        facts[f"{prefix}[].{name} order"] = "rising" if rising else "falling" if falling else "none"
    return facts


def _sums(items, prefix):
    """Sums of the numbers in a list, to be found again elsewhere in the answer."""
    columns = _columns(items).items()
    return {f"{prefix}[].{name} sum": _scalar(round(sum(column), 4)) for name, column in columns if all(_number(value) is not None for value in column)}


def change_facts(before, after, sent, prefix):
    """How an answer has changed: numbers by their difference, lists by what is new, everything else by its values."""
    if isinstance(before, dict) and isinstance(after, dict):
        facts = {}
        for name in sorted(before.keys() | after.keys()):
            facts |= change_facts(before.get(name), after.get(name), sent, f"{prefix}.{name}")
        return facts
    if isinstance(before, list) and isinstance(after, list):
        facts = {f"{prefix} grew by": str(len(after) - len(before))}
        for item in [item for item in after if item not in before][:3]:
            facts |= facts_of(item, sent, f"{prefix}[new]")
        return facts
    if _number(before) is not None and _number(after) is not None:
        difference = round(after - before, 4)
        return {f"{prefix} change": _sent_as(difference, sent) or _scalar(difference)}
    return {f"{prefix} change": "none" if before == after else f"{_scalar(before)} to {_scalar(after)}"}


def log_facts(text, sent, known_values):
    """What a log says: its lines without their variable words, and the names of sent values that it shows."""
    facts = {f"log shows {name}": "yes" for name, value in sent.items() if isinstance(value, str) and len(value) >= 4 and value in text}
    counts = {}
    for line in text.split("\n"):
        for value in sorted(known_values, key=len, reverse=True):
            line = line.replace(value, "<*>")
        skeleton = re.sub(r"[^\s\"',:=;()\[\]{}|]*[0-9][^\s\"',:=;()\[\]{}|]*", "<*>", line.strip())
        skeleton = re.sub(r"<\*>(?:[:.+ -]*<\*>)*", "<*>", skeleton)
        if skeleton:
            counts[skeleton[:300]] = counts.get(skeleton[:300], 0) + 1
    for skeleton, count in sorted(counts.items())[:LINES_MAX]:
        facts[f"log line {skeleton}"] = str(count)
    return facts
