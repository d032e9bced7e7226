import assert from 'node:assert/strict';
import { Given, Then } from '@cucumber/cucumber';
import { cardNumbers } from '../support/client.mjs';
import { logEntries, logText, waitFor } from '../support/event-log.mjs';

async function observe(world, name, seconds) {
  world.events = [...(world.events ?? []), name];
  await waitFor(world.events, seconds);
}

Given(/^event "([^"]*)" was observed$/, async function (name) {
  await observe(this, name, 60);
});

Given('the event with this JSON name was observed', async function (name) {
  await observe(this, JSON.parse(name), 60);
});

Then(/^event "([^"]*)" follows within (\d+) s$/, async function (name, seconds) {
  await observe(this, name, Number(seconds));
});

Then(/^the event with this JSON name follows within (\d+) s$/, async function (seconds, name) {
  await observe(this, JSON.parse(name), Number(seconds));
});

Then('the event log contains no card number', function () {
  assert.equal(cardNumbers(logText()).length, 0, 'the event log contains a card number');
});

Then('every event in the event log has a time and a key', function () {
  const incomplete = logEntries().filter((entry) => !entry.time || !entry.key);
  assert.equal(incomplete.length, 0, `${incomplete.length} events have no time or no key`);
});
