"""Parses features with the official parser and prints scenarios and steps of each as JSON: {file: [scenarios, steps]}."""

import json
import pathlib
import sys

from gherkin.parser import Parser


def count(path):
    children = Parser().parse(path.read_text(encoding="utf-8"))["feature"]["children"]
    scenarios = [child["scenario"] for child in children]
    return [len(scenarios), sum(len(scenario["steps"]) for scenario in scenarios)]


print(json.dumps({path.name: count(path) for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.feature"))}))
