// Bodies with one field changed: left out, null, of another type, empty, zero, negative, at its limits.
import { isObject, leaves } from './accepted.mjs';

const LEFT_OUT = Symbol('left out');

/** A body with another value at a path, as `leaves` names it: walked the same way, so names may hold dots and brackets. */
export function changed(template, path, value, prefix = '') {
  const inner = (below, item) => (below === path ? value : changed(item, path, value, below));
  if (Array.isArray(template)) return template.map((item, place) => inner(`${prefix}[${place}]`, item)).filter((item) => item !== LEFT_OUT);
  if (!isObject(template)) return template;
  const items = Object.entries(template).map(([name, item]) => [name, inner(prefix ? `${prefix}.${name}` : name, item)]);
  return Object.fromEntries(items.filter(([, item]) => item !== LEFT_OUT));
}

const cents = (value) => Math.round(value * 100) / 100;

const TIMES_AT_LIMIT = 3;
const OTHER_LETTERS = 'Ünal Šťastný-Østergård Łukasz';

/** What was changed, the body, and how often it is sent: at a limit several times, since sums have limits too. */
export function variations(template, limits) {
  if (Object.keys(template).length === 0) return [['no field', {}, 1]];
  const found = [];
  for (const [path, value] of Object.entries(leaves(template)).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const changes = new Map([['left out', LEFT_OUT], ['null', null], ['a list', []]]);
    const add = (...more) => more.forEach(([label, other]) => changes.set(label, other));
    if (typeof value === 'number' || path in limits) {
      add(['0', 0], ['-1', -1], ['0.001', 0.001], ['1e12', 1e12], ['a word', 'many']);
      for (const limit of limits[path] ?? []) for (const other of [cents(limit - 0.01), limit, cents(limit + 0.01)]) add([String(other), other]);
    } else if (typeof value === 'string') {
      add(['empty', ''], ['blank', ' '], ['300 letters', 'x'.repeat(300)], ['a number', 7]);
      add(['another of its form', value.replace(/[0-9]/g, (digit) => String((Number(digit) + 1) % 10))], ['other letters', OTHER_LETTERS]);
    }
    for (const [label, other] of changes) {
      const times = (limits[path] ?? []).includes(other) ? TIMES_AT_LIMIT : 1;
      found.push([`${path} ${label}`, changed(template, path, other), times]);
    }
  }
  return found;
}
