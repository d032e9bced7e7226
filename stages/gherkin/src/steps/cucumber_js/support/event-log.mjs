// The file adapter for journeys that are no HTTP calls. EVENT_LOG names a file of JSON lines, in the order of time:
// {"event": "transfer_created", "key": "journey-1", "time": "2026-01-01T00:00:00Z"}
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_S_MAX = Number(process.env.EVENT_WAIT_S_MAX ?? 60);

export function logText() {
  return readFileSync(process.env.EVENT_LOG, 'utf8');
}

export function logEntries() {
  // The last line may still be written.
  const lines = logText().split('\n');
  lines.pop();
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
}

/** Whether an event has this name; `<*>` in a name matches anything. */
function matches(name, event) {
  if (!name.includes('<*>')) return name === event;
  const parts = name.split('<*>').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`, 'u').test(event);
}

/** Whether the events of some journey hold these names in this order. */
function holds(names) {
  const progress = new Map();
  for (const { event, key } of logEntries()) {
    const done = progress.get(key) ?? 0;
    if (done < names.length && matches(names[done], event)) progress.set(key, done + 1);
  }
  return [...progress.values()].some((done) => done === names.length);
}

/** Waits until some journey holds these names in this order. */
export async function waitFor(names, seconds) {
  const until = Date.now() + Math.min(seconds, WAIT_S_MAX) * 1000;
  while (!holds(names)) {
    if (Date.now() >= until) throw new Error(`no journey in EVENT_LOG has these ${names.length} events in this order`);
    await sleep(100);
  }
}
