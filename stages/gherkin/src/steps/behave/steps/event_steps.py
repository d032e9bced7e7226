"""The steps on events and the event log."""

import json

from behave import given, then, use_step_matcher

from api_client import card_numbers
from event_log import log_entries, log_text, wait_for

use_step_matcher("re")


def observe(context, name, seconds):
    context.client.events.append(name)
    wait_for(context.client.events, seconds)


@given(r'event "(?P<name>[^"]*)" was observed')
def event_was_observed(context, name):
    observe(context, name, 60)


@given(r"the event with this JSON name was observed")
def json_event_was_observed(context):
    observe(context, json.loads(context.text), 60)


@then(r'event "(?P<name>[^"]*)" follows within (?P<seconds>\d+) s')
def event_follows(context, name, seconds):
    observe(context, name, seconds)


@then(r"the event with this JSON name follows within (?P<seconds>\d+) s")
def json_event_follows(context, seconds):
    observe(context, json.loads(context.text), seconds)


@then(r"the event log contains no card number")
def no_card_in_log(context):
    assert not card_numbers(log_text()), "the event log contains a card number"


@then(r"every event in the event log has a time and a key")
def log_is_complete(context):
    incomplete = [entry for entry in log_entries() if not entry.get("time") or not entry.get("key")]
    assert not incomplete, f"{len(incomplete)} events have no time or no key"
