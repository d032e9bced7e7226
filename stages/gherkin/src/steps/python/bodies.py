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
                changes |= {str(other): other for other in (round(limit - 0.01, 2), limit, round(limit + 0.01, 2))}
        elif isinstance(value, str):
            changes |= {"empty": "", "blank": " ", "300 letters": "x" * 300, "a number": 7}
            changes |= {"another of its form": value.translate(_NEXT_DIGITS), "other letters": OTHER_LETTERS}
        for label, other in changes.items():
            yield f"{path} {label}", changed(template, path.split("."), other), TIMES_AT_LIMIT if other in limits.get(path, []) else 1


TIMES_AT_LIMIT = 3
OTHER_LETTERS = "Ünal Šťastný-Østergård Łukasz"
_LEFT_OUT = object()
_NEXT_DIGITS = str.maketrans("0123456789", "1234567890")


def changed(template, path, value):
    """A body with another value at a path."""
    name, *rest = path
    if rest and isinstance(template.get(name), dict):
        return template | {name: changed(template[name], rest, value)}
    without = {other: item for other, item in template.items() if other != name}
    return without if value is _LEFT_OUT else without | {name: value}
