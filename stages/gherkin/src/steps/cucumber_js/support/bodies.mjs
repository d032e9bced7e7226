// Bodies with one field changed: left out, null, of another type, empty, zero, negative, at its limits.
import { leaves } from './accepted.mjs';

const LEFT_OUT = Symbol('left out');

/** A body with another value at a path. */
export function changed(template, [name, ...rest], value) {
  const inner = template[name];
  if (rest.length > 0 && inner !== null && typeof inner === 'object') return { ...template, [name]: changed(inner, rest, value) };
  const { [name]: _, ...without } = template;
  return value === LEFT_OUT ? without : { ...without, [name]: value };
}

const cents = (value) => Math.round(value * 100) / 100;

const TIMES_AT_LIMIT = 3;
const OTHER_LETTERS = 'Ünal Šťastný-Østergård Łukasz';

/** What was changed, the body, and how often it is sent: at a limit several times, since sums have limits too. */
export function variations(template, limits) {
  if (Object.keys(template).length === 0) return [['no field', {}, 1]];
  const found = [];
  for (const [path, value] of Object.entries(leaves(template)).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const changes = [['left out', LEFT_OUT], ['null', null], ['a list', []]];
    if (typeof value === 'number' || path in limits) {
      changes.push(['0', 0], ['-1', -1], ['0.001', 0.001], ['1e12', 1e12], ['a word', 'many']);
      for (const limit of limits[path] ?? []) for (const other of [cents(limit - 0.01), limit, cents(limit + 0.01)]) changes.push([String(other), other]);
    } else if (typeof value === 'string') {
      changes.push(['empty', ''], ['blank', ' '], ['300 letters', 'x'.repeat(300)], ['a number', 7]);
      changes.push(['another of its form', value.replace(/[0-9]/g, (digit) => String((Number(digit) + 1) % 10))], ['other letters', OTHER_LETTERS]);
    }
    for (const [label, other] of changes) {
      const times = (limits[path] ?? []).includes(other) ? TIMES_AT_LIMIT : 1;
      found.push([`${path} ${label}`, changed(template, path.split('.'), other), times]);
    }
  }
  return found;
}
