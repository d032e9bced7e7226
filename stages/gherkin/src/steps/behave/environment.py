"""What happens around a scenario."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from api_client import Client, base_url, missing_needs  # noqa: E402


def before_all(context):
    base_url()


def before_scenario(context, scenario):
    context.client = Client()
    reason = missing_needs(step.name for step in scenario.all_steps)
    if reason:
        scenario.skip(reason)


def after_scenario(context, scenario):
    context.client.clean_up()
