"""The steps on requests and responses."""

import json

from behave import given, then, use_step_matcher, when

from api_client import card_numbers

use_step_matcher("re")


@given(r"the API is available")
def api_is_available(context):
    context.client.available()


@given(r'I am signed in as "(?P<alias>[^"]*)"')
def signed_in(context, alias):
    client = context.client
    client.given(lambda: client.sign_in(alias))


@given(r"I am not signed in")
def not_signed_in(context):
    context.client.given(context.client.sign_out)


@given(r'I have received (?P<status>\d+) from a (?P<method>\w+) request to "(?P<path>[^"]*)"(?: with data "(?P<data_name>[^"]*)")?')
def received(context, status, method, path, data_name):
    client = context.client
    client.given(lambda: client.received(status, method, path, data_name))


@given(
    r'I have received (?P<status>\d+) after at most (?P<times>\d+) (?P<method>\w+) requests to "(?P<path>[^"]*)"'
    r'(?: with data "(?P<data_name>[^"]*)")?'
)
def received_until(context, status, times, method, path, data_name):
    client = context.client
    client.given(lambda: client.received_until(status, times, method, path, data_name))


@given(r"(?P<seconds>\d+) s have passed")
def passed(context, seconds):
    client = context.client
    client.given(lambda: client.pause(seconds))


@given(r'I have saved the response field "(?P<path>[^"]*)" as "(?P<name>[^"]*)"')
def saved(context, path, name):
    value = context.client.field(path)
    assert value is not None, f"the response has no field {path}"
    context.client.saved[name] = value


@when(r'I send a (?P<method>\w+) request to "(?P<path>[^"]*)"(?: with data "(?P<data_name>[^"]*)")?')
def send(context, method, path, data_name):
    context.client.send(method, path, data_name)


@given(r'I have saved the id in the response as "(?P<name>[^"]*)"')
def saved_id(context, name):
    client = context.client
    client.given(lambda: client.save_id(name))


@given(r'I have noted the answer to "(?P<path>[^"]*)"')
def noted(context, path):
    context.client.note(path)


@when(r"I repeat the last request with its idempotency key")
def repeat(context):
    context.client.repeat()


@when(r"I send another body with the last idempotency key")
def repeat_changed(context):
    context.client.repeat_changed()


@when(r'I send (?P<times>\d+) (?P<method>\w+) requests to "(?P<path>[^"]*)"(?: with data "(?P<data_name>[^"]*)")?')
def send_times(context, times, method, path, data_name):
    context.client.send_times(times, method, path, data_name)


@when(
    r'I send at most (?P<times>\d+) (?P<method>\w+) requests until (?P<status>\d+) is received from "(?P<path>[^"]*)"'
    r'(?: with data "(?P<data_name>[^"]*)")?'
)
def send_until(context, times, method, status, path, data_name):
    context.client.send_until(status, times, method, path, data_name)


@when(r'I send a (?P<method>\w+) request to "(?P<path>[^"]*)" with each field at its edges')
def send_edges(context, method, path):
    context.client.send_edges(method, path)


@when(r'I send a (?P<method>\w+) request to "(?P<path>[^"]*)" for every "(?P<alias>[^"]*)" of the pool')
def send_pool(context, method, path, alias):
    context.client.send_pool(method, path, alias)


@when(r'I send a (?P<method>\w+) request to "(?P<path>[^"]*)" with JSON:?')
def send_json(context, method, path):
    context.client.send(method, path, body=json.loads(context.text))


@when(r'I send a (?P<method>\w+) request to "(?P<path>[^"]*)" with fields:?')
def send_fields(context, method, path):
    context.client.send(method, path, body={row["name"]: row["value"] for row in context.table})


@then(r"the response status is (?P<status>\d+)")
def status_is(context, status):
    assert context.client.response.status == int(status), f"the status is {context.client.response.status}"


@then(r"the answer is as accepted")
def answer_is_accepted(context):
    context.client.check_answer()


@then(r"the noted answers change as accepted")
def changes_are_accepted(context):
    context.client.check_noted()


@then(r"the request is refused")
def refused(context):
    assert 400 <= context.client.response.status < 500, f"the status is {context.client.response.status}, not 4xx"


@then(r'the response field "(?P<path>[^"]*)" is "(?P<value>[^"]*)"')
def field_is(context, path, value):
    assert str(context.client.field(path)) == value, f"the field {path} has another value"


@then(r'the response field "(?P<path>[^"]*)" is present')
def field_is_present(context, path):
    assert context.client.field(path) is not None, f"the response has no field {path}"


@then(r'the response header "(?P<name>[^"]*)" is present')
def header_is_present(context, name):
    assert context.client.response.headers.get(name) is not None, f"the response has no header {name}"


@then(r"the response time is below (?P<millis>\d+) ms")
def time_is_below(context, millis):
    assert context.client.response.millis < int(millis), f"the response took {context.client.response.millis:.0f} ms"


@then(r"the response contains no card number")
def no_card_in_response(context):
    assert not card_numbers(context.client.response.text), "the response contains a card number"
