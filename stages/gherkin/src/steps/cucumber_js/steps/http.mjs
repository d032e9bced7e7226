import assert from 'node:assert/strict';
import { After, Before, BeforeAll, Given, Then, When, setDefaultTimeout, setWorldConstructor } from '@cucumber/cucumber';
import { Client, baseUrl, cardNumbers, missingNeeds, scenarioKey } from '../support/client.mjs';

setDefaultTimeout(90_000);
setWorldConstructor(Client);

BeforeAll(() => {
  baseUrl();
});

Before(async function ({ pickle }) {
  this.key = scenarioKey(pickle.tags.map((tag) => tag.name), pickle.name);
  const reason = missingNeeds(pickle.steps.map((step) => step.text), this.key);
  if (reason === undefined) {
    await this.setUp();
    return undefined;
  }
  this.log?.(reason);
  return 'skipped';
});

After(async function () {
  await this.cleanUp();
});

Given('the API is available', async function () {
  await this.available();
});

Given('I am signed in as {string}', async function (alias) {
  await this.given(() => this.signIn(alias));
});

Given('I am not signed in', async function () {
  await this.given(() => this.signOut());
});

Given(/^I have received (\d+) from a (\w+) request to "([^"]*)"(?: with data "([^"]*)")?$/, async function (status, method, path, dataSet) {
  await this.given(() => this.received(Number(status), method, path, dataSet ?? undefined));
});

Given(
  /^I have received (\d+) after at most (\d+) (\w+) requests to "([^"]*)"(?: with data "([^"]*)")?$/,
  async function (status, times, method, path, dataSet) {
    await this.given(() => this.receivedUntil(Number(status), Number(times), method, path, dataSet ?? undefined));
  },
);

Given(/^(\d+) s have passed$/, async function (seconds) {
  await this.given(() => this.pause(Number(seconds)));
});

Given('I have saved the response field {string} as {string}', function (path, name) {
  const value = this.field(path);
  assert.notEqual(value, undefined, `the response has no field ${path}`);
  this.saved[name] = value;
});

When('I send a {word} request to {string}', async function (method, path) {
  await this.send(method, path);
});

When('I send a {word} request to {string} with data {string}', async function (method, path, dataSet) {
  await this.send(method, path, { dataSet });
});

Given('I have saved the id in the response as {string}', async function (name) {
  await this.given(() => this.saveId(name));
});

Given('I have noted the answer to {string}', async function (path) {
  await this.note(path);
});

When('I repeat the last request with its idempotency key', async function () {
  await this.repeat();
});

When('I send another body with the last idempotency key', async function () {
  await this.repeatChanged();
});

When(/^I send (\d+) (\w+) requests to "([^"]*)"(?: with data "([^"]*)")?$/, async function (times, method, path, dataSet) {
  await this.sendTimes(Number(times), method, path, dataSet ?? undefined);
});

When(
  /^I send at most (\d+) (\w+) requests until (\d+) is received from "([^"]*)"(?: with data "([^"]*)")?$/,
  async function (times, method, status, path, dataSet) {
    await this.sendUntil(Number(status), Number(times), method, path, dataSet ?? undefined);
  },
);

When('I send a {word} request to {string} with each field at its edges', async function (method, path) {
  await this.sendEdges(method, path);
});

When('I send a {word} request to {string} for every {string} of the pool', async function (method, path, alias) {
  await this.sendPool(method, path, alias);
});

When(/^I send a (\w+) request to "([^"]*)" with JSON:?$/, async function (method, path, text) {
  await this.send(method, path, { body: JSON.parse(text) });
});

When(/^I send a (\w+) request to "([^"]*)" with fields:?$/, async function (method, path, table) {
  await this.send(method, path, { body: Object.fromEntries(table.hashes().map((row) => [row.name, row.value])) });
});

Then('the response status is {int}', function (status) {
  assert.equal(this.response.status, status);
});

Then('the answer is as accepted', function () {
  this.checkAnswer();
});

Then('the noted answers change as accepted', async function () {
  await this.checkNoted();
});

Then('the request is refused', function () {
  assert.ok(this.response.status >= 400 && this.response.status < 500, `the status is ${this.response.status}, not 4xx`);
});

Then('the response field {string} is {string}', function (path, value) {
  assert.equal(String(this.field(path)), value);
});

Then('the response field {string} is present', function (path) {
  assert.notEqual(this.field(path), undefined, `the response has no field ${path}`);
});

Then('the response header {string} is present', function (name) {
  assert.ok(this.response.headers.has(name), `the response has no header ${name}`);
});

Then('the response time is below {int} ms', function (millis) {
  assert.ok(this.response.millis < millis, `the response took ${Math.round(this.response.millis)} ms`);
});

Then('the response contains no card number', function () {
  assert.equal(cardNumbers(this.response.text).length, 0, 'the response contains a card number');
});
