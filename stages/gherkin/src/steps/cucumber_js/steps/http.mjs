import assert from 'node:assert/strict';
import { After, Before, BeforeAll, Given, Then, When, setDefaultTimeout, setWorldConstructor } from '@cucumber/cucumber';
import { Client, baseUrl, cardNumbers, missingNeeds } from '../support/client.mjs';

setDefaultTimeout(90_000);
setWorldConstructor(Client);

BeforeAll(() => {
  baseUrl();
});

Before(function ({ pickle }) {
  const reason = missingNeeds(pickle.steps.map((step) => step.text));
  if (reason === undefined) return undefined;
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
  await this.signIn(alias);
});

Given('I am not signed in', function () {
  this.signOut();
});

async function received(world, status, method, path, dataSet) {
  const answer = await world.send(method, path, { dataSet });
  assert.equal(answer.status, status, `an earlier ${method} request to ${path} was answered otherwise`);
}

Given('I have received {int} from a {word} request to {string}', async function (status, method, path) {
  await received(this, status, method, path);
});

Given('I have received {int} from a {word} request to {string} with data {string}', async function (status, method, path, dataSet) {
  await received(this, status, method, path, dataSet);
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

When(/^I send a (\w+) request to "([^"]*)" with JSON:?$/, async function (method, path, text) {
  await this.send(method, path, { body: JSON.parse(text) });
});

When(/^I send a (\w+) request to "([^"]*)" with fields:?$/, async function (method, path, table) {
  await this.send(method, path, { body: Object.fromEntries(table.hashes().map((row) => [row.name, row.value])) });
});

Then('the response status is {int}', function (status) {
  assert.equal(this.response.status, status);
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
