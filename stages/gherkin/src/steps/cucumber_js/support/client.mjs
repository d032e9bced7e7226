// Talks to the system under test: base URL and credentials from the environment, values and bodies from the data files.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
const TIMEOUT_MS = Number(process.env.REQUEST_TIMEOUT_MS ?? 10000);

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The team's values over the generated ones, name by name. */
function merged(base, over) {
  if (!isObject(base) || !isObject(over)) return over === undefined ? base : over;
  const out = { ...base };
  for (const [name, value] of Object.entries(over)) out[name] = merged(base[name], value);
  return out;
}

function json(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function dataFile(name, variable, over) {
  const base = json(new URL(`../../${name}`, import.meta.url));
  const file = process.env[variable];
  return file ? over(base, json(file)) : base;
}

/** A call without the names in its path: `${account}` and `${account_id}` stand for the same thing there. */
const shape = (call) => call.replace(/\$\{\w+\}/g, '${}');

/** The team's bodies over the generated ones. They are replaced whole: a merged body would keep fields that the team took out. */
function replaced(base, over) {
  const byShape = new Map(Object.entries(over).map(([call, body]) => [shape(call), body]));
  const named = Object.entries(base).map(([call, body]) => [call, byShape.has(shape(call)) ? byShape.get(shape(call)) : body]);
  return { ...Object.fromEntries(named), ...over };
}

export const data = dataFile('test-data.json', 'TEST_DATA', merged);
data.users = merged(data.users, JSON.parse(process.env.TEST_USERS ?? '{}'));
export const bodies = dataFile('bodies.json', 'TEST_BODIES', replaced);

/** The base URL, if it is a test system: generated tests send real requests. */
export function baseUrl() {
  const text = process.env.BASE_URL;
  if (!text) throw new Error('set BASE_URL to the system under test');
  const url = new URL(text);
  const allowed = [...LOCAL_HOSTS, ...(process.env.ALLOWED_HOSTS ?? '').split(',').map((host) => host.trim())];
  if (!allowed.includes(url.hostname) && !allowed.includes(url.host)) {
    throw new Error(`refused BASE_URL: ${url.host} is not local and not in ALLOWED_HOSTS`);
  }
  return url;
}

/** Names of data that a scenario needs and nobody filled in: a reason to skip it. */
export function missingNeeds(texts) {
  for (const text of texts) {
    const name = / with data "([^"]*)"$/.exec(text)?.[1];
    if (name !== undefined && !isObject(data.data?.[name])) return `fill the data set ${name} in the file named by TEST_DATA`;
    if (/^(the )?event |event log/.test(text) && !process.env.EVENT_LOG) return 'set EVENT_LOG to the file of observed events';
  }
  return undefined;
}

/** One scenario's conversation with the system. */
export class Client {
  saved = {};
  authorization = {};
  response = undefined;

  #value(name, set) {
    for (const pool of [this.saved, set.values ?? {}, set.user ?? {}, data.values ?? {}, data.users.customer]) {
      if (name in pool) return pool[name];
    }
    throw new Error(`test-data.json has no value named ${name}`);
  }

  #filled(value, set) {
    if (Array.isArray(value)) return value.map((item) => this.#filled(item, set));
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#filled(item, set)]));
    if (typeof value !== 'string') return value;
    const whole = /^\$\{(\w+)\}$/.exec(value);
    if (whole) return this.#value(whole[1], set);
    return value.replace(/\$\{(\w+)\}/g, (_, name) => String(this.#value(name, set)));
  }

  /** Sends a request. A data set overrides values, body and headers; a body given here overrides both. */
  async send(method, path, { dataSet, body, user } = {}) {
    const set = { ...(dataSet === undefined ? {} : data.data[dataSet]), ...(user ? { user } : {}) };
    const filled = path.replace(/\$\{(\w+)\}/g, (_, name) => encodeURIComponent(String(this.#value(name, set))));
    const hasBody = ['POST', 'PUT', 'PATCH'].includes(method) || body !== undefined;
    const template = body ?? set.body ?? bodies[`${method} ${path}`] ?? {};
    const headers = { Accept: 'application/json', 'X-Request-Id': randomUUID(), ...this.authorization, ...(set.headers ?? {}) };
    if (hasBody) Object.assign(headers, { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() });
    const url = new URL(baseUrl().href.replace(/\/$/, '') + filled);
    if (url.host !== baseUrl().host) throw new Error('refused a path that leaves BASE_URL');
    const started = performance.now();
    const answer = await fetch(url, {
      method,
      headers,
      body: hasBody ? JSON.stringify(this.#filled(template, set)) : undefined,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    this.response = { status: answer.status, headers: answer.headers, text, millis: performance.now() - started };
    return this.response;
  }

  /** Waits until the system answers anything. */
  async available() {
    const until = Date.now() + Number(process.env.AVAILABLE_WITHIN_S ?? 10) * 1000;
    for (;;) {
      try {
        await fetch(baseUrl(), { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
        return;
      } catch (error) {
        if (Date.now() >= until || /refused BASE_URL|set BASE_URL/.test(error.message)) throw error;
        await sleep(200);
      }
    }
  }

  /** Signs in with the sign-in call of the test data, or takes the user's own headers. */
  async signIn(alias) {
    const user = data.users?.[alias];
    if (!user) throw new Error(`test-data.json has no user named ${alias}`);
    if (user.headers) {
      this.authorization = user.headers;
      return;
    }
    const call = data.sign_in;
    if (!call) throw new Error('fill sign_in in test-data.json, or give the user headers');
    const answer = await this.send(call.method, call.path, { user });
    if (answer.status >= 400) throw new Error(`sign-in was refused with status ${answer.status}`);
    this.authorization = { [call.header]: `${call.prefix ?? ''}${this.field(call.token_field)}` };
  }

  signOut() {
    this.authorization = {};
  }

  /** A field of the response by its dotted path; undefined when it is not there. */
  field(path) {
    let value = JSON.parse(this.response.text);
    for (const part of path.split('.')) value = value === null || value === undefined ? undefined : value[part];
    return value;
  }

  /** Runs the clean-up calls of the test data, whatever they answer. */
  async cleanUp() {
    for (const call of data.cleanup ?? []) await this.send(call.method, call.path, { body: call.body }).catch(() => undefined);
  }
}

/** Card numbers in a text: 13 to 19 digits, blanks and dashes between them allowed, with a valid check digit. */
export function cardNumbers(text) {
  const candidates = text.match(/(?<![\dA-Za-z])\d(?:[ -]?\d){12,18}(?![\dA-Za-z])/g) ?? [];
  return candidates.map((found) => found.replace(/\D/g, '')).filter(passesLuhn);
}

function passesLuhn(digits) {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
