// Talks to the system under test: base URL and credentials from the environment, values and bodies from the data files.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as accepted from './accepted.mjs';
import { changed, variations } from './bodies.mjs';
import { logSince, logSizes } from './log-files.mjs';

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
/** The same in every step library: what a system logs of its callers is a part of accepted answers. */
const USER_AGENT = 'logminer-tests';
const TIMEOUT_MS = Number(process.env.REQUEST_TIMEOUT_MS ?? 10000);

const SLOW_MS = Number(process.env.SLOW_MS ?? 5000);

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

/** What accepted answers are kept under: the scenario's id, or the name of one that a person wrote. */
export function scenarioKey(tags, name) {
  return tags.map((tag) => tag.replace(/^@/, '')).find((tag) => tag.startsWith('scn-')) ?? name;
}

/** Names of data that a scenario needs and nobody filled in: a reason to skip it. */
export function missingNeeds(texts, key) {
  for (const text of texts) {
    for (const [, alias] of text.matchAll(/\$\{(foreign_\w+)\}/g)) {
      if ((data.values?.[alias] ?? null) === null) return `fill the value ${alias} in the file named by TEST_DATA: an id that belongs to somebody else`;
    }
    if (text.endsWith(' s have passed') && !data.clock) return "fill clock in the file named by TEST_DATA: the call that moves the system's clock";
    const pool = / for every "(\w+)" of the pool$/.exec(text)?.[1];
    if (pool !== undefined && !data.pools?.[pool]?.length) return `fill the pool ${pool} in the file named by TEST_DATA: more values for that alias`;
    if (text.endsWith(' as accepted') && !accepted.known(key)) return 'accept the answers of the test system first: run twice with ACCEPT=1';
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
  key = undefined;
  last = undefined;
  sent = {};
  answers = [];
  noted = new Map();
  facts = {};
  shown = {};
  done = [];
  logStarts = logSizes();

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
  async send(method, path, { dataSet, body, user, idempotencyKey } = {}) {
    const set = { ...(dataSet === undefined ? {} : data.data[dataSet]), ...(user ? { user } : {}) };
    const filled = path.replace(/\$\{(\w+)\}/g, (_, name) => encodeURIComponent(String(this.#value(name, set))));
    const hasBody = ['POST', 'PUT', 'PATCH'].includes(method) || body !== undefined;
    const template = body ?? set.body ?? bodies[`${method} ${path}`] ?? {};
    const headers = { Accept: 'application/json', 'User-Agent': USER_AGENT, 'X-Request-Id': randomUUID(), ...this.authorization, ...(set.headers ?? {}) };
    const content = hasBody ? this.#filled(template, set) : undefined;
    if (hasBody) {
      const key = idempotencyKey ?? randomUUID();
      Object.assign(headers, { 'Content-Type': 'application/json', 'Idempotency-Key': key });
      if (!user) this.last = [method, path, { dataSet, body: template, idempotencyKey: key }];
    }
    this.sent = hasBody ? accepted.leaves(content) : {};
    const token = (this.authorization.Authorization ?? '').split(' ').pop();
    this.shown = { ...this.shown, ...this.sent, authorization: token };
    const url = new URL(baseUrl().href.replace(/\/$/, '') + filled);
    if (url.host !== baseUrl().host) throw new Error('refused a path that leaves BASE_URL');
    const started = performance.now();
    const answer = await fetch(url, {
      method,
      headers,
      body: hasBody ? JSON.stringify(content) : undefined,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    this.response = { status: answer.status, headers: answer.headers, text, millis: performance.now() - started };
    this.answers = [['', this.response, this.sent]];
    return this.response;
  }

  /** Sends the last request that had a body again, with its idempotency key: the answer was lost, the request was not. */
  async repeat() {
    if (!this.last) throw new Error('there is no request to repeat');
    await this.send(...this.last);
  }

  /** Sends another body with the idempotency key of the last request that had one: its first number is one greater, else its first text is
   * longer. */
  async repeatChanged() {
    if (!this.last) throw new Error('there is no request to repeat');
    const [method, path, { dataSet, body, idempotencyKey }] = this.last;
    const leaves = Object.entries(accepted.leaves(body)).sort(([a], [b]) => (a < b ? -1 : 1));
    const [name, value] = leaves.find(([, other]) => typeof other === 'number') ?? leaves.find(([, other]) => typeof other === 'string') ?? [];
    const other = name === undefined ? body : changed(body, name, typeof value === 'number' ? value + 1 : `${value}x`);
    await this.send(method, path, { dataSet, body: other, idempotencyKey });
  }

  /** Sends a request several times, each for itself. */
  async sendTimes(times, method, path, dataSet) {
    const answers = [];
    for (let time = 1; time <= times; time += 1) {
      await this.send(method, path, { dataSet });
      answers.push([`time ${time}: `, this.response, this.sent]);
    }
    this.answers = answers;
  }

  /** Sends a request until it is answered so; the number of requests is a fact about the answer. */
  async sendUntil(status, times, method, path, dataSet) {
    for (let time = 1; time <= times; time += 1) {
      if ((await this.send(method, path, { dataSet })).status !== status) continue;
      this.facts['requests until this status'] = String(time);
      return;
    }
  }

  /** Lets time pass on the system's clock. */
  async pause(seconds) {
    const { method, path, body } = data.clock;
    const text = JSON.stringify(body).replace('"${seconds}"', String(seconds));
    const url = new URL(baseUrl().href.replace(/\/$/, '') + path);
    const answer = await fetch(url, { method, headers: { 'Content-Type': 'application/json', 'User-Agent': USER_AGENT }, body: text, redirect: 'manual' });
    if (answer.status >= 400) throw new Error(`the clock call was refused with status ${answer.status}`);
  }

  /** Does the work of a given, and remembers it. */
  async given(step) {
    await step();
    this.done.push(step);
  }

  /** Sends a request for every value that the pool has for an alias. */
  async sendPool(method, path, alias) {
    const answers = [];
    for (const value of data.pools[alias]) {
      delete this.saved[alias];
      if ((data.setup ?? []).length > 0) await this.#beginAnew();
      this.saved[alias] = value;
      await this.send(method, path);
      answers.push([`${value}: `, this.response, this.sent]);
    }
    this.answers = answers;
  }

  /** Sends a request; a system that hangs up instead of answering is told as status 0. */
  async #sendForAnyAnswer(method, path, body) {
    try {
      await this.send(method, path, { body });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.response = { status: 0, headers: new Headers(), text: '', millis: 0 };
    }
  }

  /** Brings system and conversation to where they were before the call under test: the givens are done again. */
  async #beginAnew() {
    await this.setUp();
    for (const step of this.done) await step();
  }

  /** An earlier call with its status. */
  async received(status, method, path, dataSet) {
    const answer = await this.send(method, path, { dataSet });
    if (answer.status !== status) throw new Error(`an earlier ${method} request to ${path} was answered with ${answer.status}`);
  }

  /** An earlier call that is made until it is answered so. */
  async receivedUntil(status, times, method, path, dataSet) {
    await this.sendUntil(status, times, method, path, dataSet);
    if (this.response.status !== status) throw new Error(`an earlier ${method} request to ${path} was answered with ${this.response.status} all the time`);
  }

  /** Sends a request with each field of its body at its edges. Where the test data can set the system up anew, each request finds the
   * system as it was. */
  async sendEdges(method, path) {
    const call = `${method} ${path}`;
    const byShape = Object.fromEntries(Object.entries(data.limits ?? {}).map(([name, limits]) => [shape(name), limits]));
    const answers = [];
    for (const [label, body, times] of variations(bodies[call] ?? {}, byShape[shape(call)] ?? {})) {
      if ((data.setup ?? []).length > 0) await this.#beginAnew();
      for (let time = 1; time <= times; time += 1) {
        await this.#sendForAnyAnswer(method, path, body);
        answers.push([`${label} (${time}): `, this.response, this.sent]);
      }
    }
    this.answers = answers;
  }

  /** Saves the id that the response gives to what was made: a field of that name, else `id`, else the first one that ends like one. Where
   * the answer has none, the value of the test data stays. */
  saveId(alias) {
    const content = JSON.parse(this.response.text);
    const fields = new Map(isObject(content) ? Object.entries(content).map(([name, value]) => [name.toLowerCase().replace(/[^a-z]/g, ''), value]) : []);
    const plain = alias.replaceAll('_', '').toLowerCase();
    const names = [plain, `${plain}id`, 'id', ...[...fields.keys()].filter((name) => /(?:id|reference|number|iban)$/.test(name))];
    const found = names.map((name) => fields.get(name)).find((value) => ['string', 'number'].includes(typeof value));
    if (found !== undefined) this.saved[alias] = found;
    else if (!(alias in (data.values ?? {}))) throw new Error(`the response has no id to save as ${alias}`);
  }

  /** What a reading call answers; the response under test stays. */
  async #read(path) {
    const { response, sent, answers } = this;
    const answer = await this.send('GET', path);
    Object.assign(this, { response, sent, answers });
    return { status: answer.status, answer: content(answer) };
  }

  /** Notes the answer to a reading call. */
  async note(path) {
    this.noted.set(path, await this.#read(path));
  }

  /** Compares how the noted answers have changed with what was accepted. */
  async checkNoted() {
    const facts = {};
    for (const [path, before] of this.noted) Object.assign(facts, accepted.changeFacts(before, await this.#read(path), this.sent, `GET ${path}`));
    accepted.check(`${this.key} changes`, facts);
  }

  /** Compares the answer, and what the log says of it, with what was accepted. */
  checkAnswer() {
    const facts = { ...this.facts };
    for (const [label, answer, sent] of this.answers) {
      facts[`${label}status`] = String(answer.status);
      facts[`${label}headers`] = [...answer.headers.keys()].sort().join(' ');
      facts[`${label}slow`] = answer.millis > SLOW_MS ? 'yes' : 'no';
      for (const name of ['content-type', 'cache-control']) facts[`${label}${name}`] = answer.headers.get(name) ?? 'none';
      Object.assign(facts, accepted.factsOf(content(answer), sent, `${label}answer`));
    }
    const secret = Object.fromEntries(Object.entries(this.shown).filter(([, value]) => typeof value === 'string'));
    const values = new Set([...Object.values(secret), ...Object.values(this.saved).map(String)].filter((value) => value.length >= 4));
    const logged = logSince(this.logStarts);
    facts['log card numbers'] = String(cardNumbers(logged).length);
    accepted.check(`${this.key} answer`, { ...facts, ...accepted.logFacts(logged, secret, values) });
  }

  /** Runs the set-up calls of the test data: they bring the test system into its first state. */
  async setUp() {
    const calls = data.setup ?? [];
    if (calls.length > 0) await this.available();
    for (const call of calls) {
      const answer = await this.send(call.method, call.path, { body: call.body });
      if (answer.status >= 400) throw new Error(`the set-up call ${call.path} was refused with status ${answer.status}`);
    }
    this.shown = {};
    this.logStarts = logSizes();
  }

  /** Waits until the system answers anything. */
  async available() {
    const until = Date.now() + Number(process.env.AVAILABLE_WITHIN_S ?? 10) * 1000;
    for (;;) {
      try {
        await fetch(baseUrl(), { headers: { 'User-Agent': USER_AGENT }, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
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

/** An answer as JSON, else as text. */
function content(answer) {
  try {
    return JSON.parse(answer.text);
  } catch {
    return answer.text;
  }
}

/** Card numbers in a text: 13 to 19 digits, blanks and dashes between them allowed, with a valid check digit. Parts of a UUID are none. */
export function cardNumbers(text) {
  const plain = text.replace(/[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}/g, 'uuid');
  const candidates = plain.match(/(?<![\dA-Za-z])\d(?:[ -]?\d){12,18}(?![\dA-Za-z])/g) ?? [];
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
