// Accepted answers: facts about what the test system answered when a person last accepted them, and the comparison with them.
//
// TEST_ACCEPTED names the file (else `steps/accepted.json`). With ACCEPT=1 a run writes facts instead of comparing them; a second such run
// keeps what was the same both times and marks the rest `*`: times, ids, random values. Facts are texts by name, so the file reads as a diff.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = process.env.TEST_ACCEPTED || new URL('../../accepted.json', import.meta.url);
const ACCEPTING = process.env.ACCEPT === '1';
const VARIES = '*';
const LINES_MAX = 60;

/** Whether a JSON value has names. */
export const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const byCodePoint = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const everything = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};

/** Whether a scenario can compare, or is to be accepted now. */
export function known(scenario) {
  return ACCEPTING || Object.keys(everything).some((name) => name.startsWith(`${scenario} `));
}

function merged(before, facts) {
  const names = new Set([...Object.keys(before), ...Object.keys(facts)]);
  return Object.fromEntries([...names].map((name) => [name, before[name] === facts[name] ? facts[name] : VARIES]));
}

/** Compares the facts of one scenario with the accepted ones, or accepts them. */
export function check(scenario, facts) {
  if (ACCEPTING) {
    everything[scenario] = scenario in everything ? merged(everything[scenario], facts) : facts;
    const sorted = (value) => Object.fromEntries(Object.entries(value).sort(([a], [b]) => byCodePoint(a, b)));
    const text = sorted(Object.fromEntries(Object.entries(everything).map(([name, value]) => [name, sorted(value)])));
    writeFileSync(FILE, `${JSON.stringify(text, null, 1)}\n`);
    return;
  }
  const accepted = everything[scenario];
  assert.ok(accepted, 'nothing is accepted for this step: accept the answers of the test system first');
  const different = Object.keys(accepted).filter((name) => accepted[name] !== VARIES && facts[name] !== accepted[name]);
  const varying = Object.keys(accepted).filter((name) => [VARIES, 'empty'].includes(accepted[name])).map((name) => name.split(' ')[0]);
  const unknown = Object.keys(facts).filter((name) => !(name in accepted) && !varying.some((start) => name.startsWith(start)));
  const all = [...different, ...unknown].sort(byCodePoint);
  assert.equal(all.length, 0, `not as accepted: ${all.slice(0, 8).join(', ')}`);
}

/** The form of a text: runs of digits, of small and of capital letters. */
function pattern(text) {
  text = text
    .replace(/[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}/g, '*')
    .replace(/(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{16,}/g, '*')
    .replace(/(?=[a-f]*[0-9])[0-9a-f]{8,}/g, '*');
  return text.replace(/[0-9]+/g, '9').replace(/[A-Z]+/g, 'A').replace(/[a-z]+/g, 'a');
}

const scalar = (value) => JSON.stringify(value ?? null).slice(0, 200);
const rounded = (value) => Math.round(value * 10_000) / 10_000;

/** The name of what was sent with this value; with a minus where its opposite was. */
function sentAs(value, sent) {
  for (const [name, other] of Object.entries(sent).sort(([a], [b]) => byCodePoint(a, b))) {
    if (other === value && typeof value !== 'boolean' && value !== 0 && value !== '' && value !== null) return `sent ${name}`;
    if (typeof value === 'number' && typeof other === 'number' && value !== 0 && value === -other) return `minus sent ${name}`;
  }
  return undefined;
}

/** Scalars of a JSON value by dotted path. */
export function leaves(value, prefix = '') {
  if (Array.isArray(value)) return Object.assign({}, ...value.map((item, place) => leaves(item, `${prefix}[${place}]`)));
  if (isObject(value)) return Object.assign({}, ...Object.entries(value).map(([name, item]) => leaves(item, prefix ? `${prefix}.${name}` : name)));
  return { [prefix]: value };
}

function kindOf(value) {
  if (value === null || value === undefined) return 'null';
  return { boolean: 'truth', number: 'number' }[typeof value] ?? 'text';
}

/** What can be said of a JSON value. */
export function factsOf(value, sent, prefix) {
  const facts = {};
  if (Array.isArray(value)) {
    facts[`${prefix} items`] = value.length > 0 ? 'some' : 'empty';
    facts[`${prefix} count`] = String(value.length);
    for (const item of value) {
      for (const [name, fact] of Object.entries(factsOf(item, {}, `${prefix}[]`))) facts[name] = (facts[name] ?? fact) === fact ? fact : 'mixed';
    }
    return { ...facts, ...columnFacts(value, prefix) };
  }
  if (isObject(value)) {
    facts[`${prefix} fields`] = Object.keys(value).sort(byCodePoint).join(' ');
    for (const [name, item] of Object.entries(value)) Object.assign(facts, factsOf(item, sent, `${prefix}.${name}`));
    return facts;
  }
  facts[`${prefix} kind`] = kindOf(value);
  facts[`${prefix} value`] = sentAs(value, sent) ?? scalar(value);
  if (typeof value === 'string') facts[`${prefix} form`] = pattern(value).slice(0, 200);
  return facts;
}

/** Columns of a list that rise or fall, and sums of its numbers. */
function columnFacts(items, prefix) {
  const facts = {};
  if (items.length === 0 || !items.every(isObject)) return facts;
  for (const name of Object.keys(items[0]).filter((key) => items.every((row) => key in row))) {
    const column = items.map((row) => row[name]);
    const kinds = new Set(column.map((value) => typeof value));
    if (kinds.size !== 1 || !['number', 'string'].some((kind) => kinds.has(kind))) continue;
    if (new Set(column).size > 1) {
      const rising = column.every((value, place) => place === 0 || column[place - 1] <= value);
      const falling = column.every((value, place) => place === 0 || column[place - 1] >= value);
      facts[`${prefix}[].${name} order`] = rising ? 'rising' : falling ? 'falling' : 'none';
    }
    if (kinds.has('number')) facts[`${prefix}[].${name} sum`] = scalar(rounded(column.reduce((sum, value) => sum + value, 0)));
  }
  return facts;
}

/** How an answer has changed: numbers by their difference, lists by what is new, everything else by its values. */
export function changeFacts(before, after, sent, prefix) {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(byCodePoint);
    return Object.assign({}, ...names.map((name) => changeFacts(before[name], after[name], sent, `${prefix}.${name}`)));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const held = new Set(before.map((item) => JSON.stringify(item)));
    const added = after.filter((item) => !held.has(JSON.stringify(item))).slice(0, 3);
    const grown = { [`${prefix} grew by`]: String(after.length - before.length) };
    return Object.assign(grown, ...added.map((item) => factsOf(item, sent, `${prefix}[new]`)));
  }
  if (typeof before === 'number' && typeof after === 'number') {
    const difference = rounded(after - before);
    return { [`${prefix} change`]: sentAs(difference, sent) ?? scalar(difference) };
  }
  return { [`${prefix} change`]: scalar(before) === scalar(after) ? 'none' : `${scalar(before)} to ${scalar(after)}` };
}

/** What a log says: its lines without their variable words, and the names of sent values that it shows. */
export function logFacts(text, sent, knownValues) {
  const facts = {};
  for (const [name, value] of Object.entries(sent)) if (value.length >= 4 && text.includes(value)) facts[`log shows ${name}`] = 'yes';
  const values = [...knownValues].sort((a, b) => b.length - a.length);
  const counts = new Map();
  for (let line of text.split('\n')) {
    for (const value of values) line = line.replaceAll(value, '<*>');
    let skeleton = line.trim().replace(/[^\s"',:=;()[\]{}|]*[0-9][^\s"',:=;()[\]{}|]*/g, '<*>');
    skeleton = skeleton.replace(/<\*>(?:[:.+ -]*<\*>)*/g, '<*>').slice(0, 300);
    if (skeleton !== '') counts.set(skeleton, (counts.get(skeleton) ?? 0) + 1);
  }
  const lines = [...counts].sort(([a], [b]) => byCodePoint(a, b)).slice(0, LINES_MAX);
  for (const [skeleton, count] of lines) facts[`log line ${skeleton}`] = String(count);
  return facts;
}
