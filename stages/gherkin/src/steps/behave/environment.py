"""What happens around a scenario."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from api_client import Client, base_url, missing_needs, scenario_key  # noqa: E402


def before_all(context):
    base_url()


def before_scenario(context, scenario):
    key = scenario_key(scenario.effective_tags, scenario.name)
    context.client = Client(key)
    reason = missing_needs([step.name for step in scenario.all_steps], key)
    if reason:
        scenario.skip(reason)
    elif "smoke" not in scenario.effective_tags:
        context.client.set_up()


def after_scenario(context, scenario):
    context.client.clean_up()
