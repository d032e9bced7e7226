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
    context.client.sign_in(alias)


@given(r"I am not signed in")
def not_signed_in(context):
    context.client.sign_out()


@given(r'I have received (?P<status>\d+) from a (?P<method>\w+) request to "(?P<path>[^"]*)"(?: with data "(?P<data_name>[^"]*)")?')
def received(context, status, method, path, data_name):
    answer = context.client.send(method, path, data_name)
    assert answer.status == int(status), f"an earlier {method} request to {path} was answered with {answer.status}"


@given(r'I have saved the response field "(?P<path>[^"]*)" as "(?P<name>[^"]*)"')
def saved(context, path, name):
    value = context.client.field(path)
    assert value is not None, f"the response has no field {path}"
    context.client.saved[name] = value


@when(r'I send a (?P<method>\w+) request to "(?P<path>[^"]*)"(?: with data "(?P<data_name>[^"]*)")?')
def send(context, method, path, data_name):
    context.client.send(method, path, data_name)


@when(r'I send a (?P<method>\w+) request to "(?P<path>[^"]*)" with JSON:?')
def send_json(context, method, path):
    context.client.send(method, path, body=json.loads(context.text))


@when(r'I send a (?P<method>\w+) request to "(?P<path>[^"]*)" with fields:?')
def send_fields(context, method, path):
    context.client.send(method, path, body={row["name"]: row["value"] for row in context.table})


@then(r"the response status is (?P<status>\d+)")
def status_is(context, status):
    assert context.client.response.status == int(status), f"the status is {context.client.response.status}"


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
