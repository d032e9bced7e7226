"""Bodies with one field changed: left out, null, of another type, empty, zero, negative, at its limits."""

from accepted import leaves


def variations(template, limits):
    """Bodies with one field changed, each with what was changed, and how often it is sent: at a limit several times, since sums have limits too."""
    if not template:
        yield "no field", {}, 1
        return
    for path, value in sorted(leaves(template).items()):
        changes = {"left out": _LEFT_OUT, "null": None, "a list": []}
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number or path in limits:
            changes |= {"0": 0, "-1": -1, "0.001": 0.001, "1e12": 1e12, "a word": "many"}
            for limit in limits.get(path, []):
                changes |= {_label(other): other for other in (round(limit - 0.01, 2), limit, round(limit + 0.01, 2))}
        elif isinstance(value, str):
            changes |= {"empty": "", "blank": " ", "300 letters": "x" * 300, "a number": 7}
            changes |= {"another of its form": value.translate(_NEXT_DIGITS), "other letters": OTHER_LETTERS}
        for label, other in changes.items():
            yield f"{path} {label}", changed(template, path, other), TIMES_AT_LIMIT if other in limits.get(path, []) else 1


TIMES_AT_LIMIT = 3
OTHER_LETTERS = "Ünal Šťastný-Østergård Łukasz"
_LEFT_OUT = object()
_NEXT_DIGITS = str.maketrans("0123456789", "1234567890")


def _label(number):
    """A number as JavaScript writes it: 10000.0 is 10000."""
    return str(int(number) if number == int(number) else number)


def changed(template, path, value, prefix=""):
    """A body with another value at a path, as `leaves` names it: walked the same way, so names may hold dots and brackets."""

    def inner(below, item):
        return value if below == path else changed(item, path, value, below)

    if isinstance(template, dict):
        items = {name: inner(f"{prefix}.{name}" if prefix else name, item) for name, item in template.items()}
        return {name: item for name, item in items.items() if item is not _LEFT_OUT}
    if isinstance(template, list):
        items = [inner(f"{prefix}[{place}]", item) for place, item in enumerate(template)]
        return [item for item in items if item is not _LEFT_OUT]
    return template
