"""The steps, and what happens around a scenario."""

import json

import pytest
from pytest_bdd import given, parsers, then, when

from api_client import Client, base_url, card_numbers, missing_needs, scenario_key
from event_log import log_entries, log_text, wait_for


def pytest_sessionstart(session):
    base_url()


def pytest_bdd_before_scenario(request, feature, scenario):
    key = scenario_key([*feature.tags, *scenario.tags], scenario.name)
    reason = missing_needs([step.name for step in scenario.steps], key)
    if reason:
        pytest.skip(reason)
    request.getfixturevalue("client").key = key


@pytest.fixture
def client():
    client = Client()
    client.set_up()
    yield client
    client.clean_up()


@given("the API is available")
def api_is_available(client):
    client.available()


@given(parsers.re(r'^I am signed in as "(?P<alias>[^"]*)"$'))
def signed_in(client, alias):
    client.given(lambda: client.sign_in(alias))


@given("I am not signed in")
def not_signed_in(client):
    client.given(client.sign_out)


@given(parsers.re(r'^I have received (?P<status>\d+) from a (?P<method>\w+) request to "(?P<path>[^"]*)"(?: with data "(?P<data_name>[^"]*)")?$'))
def received(client, status, method, path, data_name):
    client.given(lambda: client.received(status, method, path, data_name))


@given(
    parsers.re(
        r'^I have received (?P<status>\d+) after at most (?P<times>\d+) (?P<method>\w+) requests to "(?P<path>[^"]*)"'
        r'(?: with data "(?P<data_name>[^"]*)")?$'
    )
)
def received_until(client, status, times, method, path, data_name):
    client.given(lambda: client.received_until(status, times, method, path, data_name))


@given(parsers.re(r"^(?P<seconds>\d+) s have passed$"))
def passed(client, seconds):
    client.given(lambda: client.pause(seconds))


@given(parsers.re(r'^I have saved the response field "(?P<path>[^"]*)" as "(?P<name>[^"]*)"$'))
def saved(client, path, name):
    value = client.field(path)
    assert value is not None, f"the response has no field {path}"
    client.saved[name] = value


@when(parsers.re(r'^I send a (?P<method>\w+) request to "(?P<path>[^"]*)"(?: with data "(?P<data_name>[^"]*)")?$'))
def send(client, method, path, data_name):
    client.send(method, path, data_name)


@given(parsers.re(r'^I have saved the id in the response as "(?P<name>[^"]*)"$'))
def saved_id(client, name):
    client.given(lambda: client.save_id(name))


@given(parsers.re(r'^I have noted the answer to "(?P<path>[^"]*)"$'))
def noted(client, path):
    client.note(path)


@when("I repeat the last request with its idempotency key")
def repeat(client):
    client.repeat()


@when("I send another body with the last idempotency key")
def repeat_changed(client):
    client.repeat_changed()


@when(parsers.re(r'^I send (?P<times>\d+) (?P<method>\w+) requests to "(?P<path>[^"]*)"(?: with data "(?P<data_name>[^"]*)")?$'))
def send_times(client, times, method, path, data_name):
    client.send_times(times, method, path, data_name)


@when(
    parsers.re(
        r'^I send at most (?P<times>\d+) (?P<method>\w+) requests until (?P<status>\d+) is received from "(?P<path>[^"]*)"'
        r'(?: with data "(?P<data_name>[^"]*)")?$'
    )
)
def send_until(client, times, method, status, path, data_name):
    client.send_until(status, times, method, path, data_name)


@when(parsers.re(r'^I send a (?P<method>\w+) request to "(?P<path>[^"]*)" with each field at its edges$'))
def send_edges(client, method, path):
    client.send_edges(method, path)


@when(parsers.re(r'^I send a (?P<method>\w+) request to "(?P<path>[^"]*)" for every "(?P<alias>[^"]*)" of the pool$'))
def send_pool(client, method, path, alias):
    client.send_pool(method, path, alias)


@when(parsers.re(r'^I send a (?P<method>\w+) request to "(?P<path>[^"]*)" with JSON:?$'))
def send_json(client, method, path, docstring):
    client.send(method, path, body=json.loads(docstring))


@when(parsers.re(r'^I send a (?P<method>\w+) request to "(?P<path>[^"]*)" with fields:?$'))
def send_fields(client, method, path, datatable):
    columns = datatable[0]
    rows = [dict(zip(columns, row)) for row in datatable[1:]]
    client.send(method, path, body={row["name"]: row["value"] for row in rows})


@then(parsers.re(r"^the response status is (?P<status>\d+)$"))
def status_is(client, status):
    assert client.response.status == int(status)


@then("the answer is as accepted")
def answer_is_accepted(client):
    client.check_answer()


@then("the noted answers change as accepted")
def changes_are_accepted(client):
    client.check_noted()


@then("the request is refused")
def refused(client):
    assert 400 <= client.response.status < 500


@then(parsers.re(r'^the response field "(?P<path>[^"]*)" is "(?P<value>[^"]*)"$'))
def field_is(client, path, value):
    assert str(client.field(path)) == value


@then(parsers.re(r'^the response field "(?P<path>[^"]*)" is present$'))
def field_is_present(client, path):
    assert client.field(path) is not None, f"the response has no field {path}"


@then(parsers.re(r'^the response header "(?P<name>[^"]*)" is present$'))
def header_is_present(client, name):
    assert client.response.headers.get(name) is not None, f"the response has no header {name}"


@then(parsers.re(r"^the response time is below (?P<millis>\d+) ms$"))
def time_is_below(client, millis):
    assert client.response.millis < int(millis)


@then("the response contains no card number")
def no_card_in_response(client):
    assert not card_numbers(client.response.text), "the response contains a card number"


def observe(client, name, seconds):
    client.events.append(name)
    wait_for(client.events, seconds)


@given(parsers.re(r'^event "(?P<name>[^"]*)" was observed$'))
def event_was_observed(client, name):
    observe(client, name, 60)


@given("the event with this JSON name was observed")
def json_event_was_observed(client, docstring):
    observe(client, json.loads(docstring), 60)


@then(parsers.re(r'^event "(?P<name>[^"]*)" follows within (?P<seconds>\d+) s$'))
def event_follows(client, name, seconds):
    observe(client, name, seconds)


@then(parsers.re(r"^the event with this JSON name follows within (?P<seconds>\d+) s$"))
def json_event_follows(client, docstring, seconds):
    observe(client, json.loads(docstring), seconds)


@then("the event log contains no card number")
def no_card_in_log(client):
    assert not card_numbers(log_text()), "the event log contains a card number"


@then("every event in the event log has a time and a key")
def log_is_complete(client):
    incomplete = [entry for entry in log_entries() if not entry.get("time") or not entry.get("key")]
    assert not incomplete, f"{len(incomplete)} events have no time or no key"
