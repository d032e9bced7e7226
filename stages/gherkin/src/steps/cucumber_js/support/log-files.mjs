// The logs that the system under test writes: files, and folders of files, named by LOG_FILES with commas between.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

function files() {
  const places = (process.env.LOG_FILES ?? '').split(',').filter((place) => place !== '' && existsSync(place));
  const within = (place) => readdirSync(place, { recursive: true }).map((name) => path.join(place, name));
  return places.flatMap((place) => (statSync(place).isDirectory() ? within(place) : [place])).filter((file) => statSync(file).isFile()).sort();
}

/** Bytes of each file now. */
export function logSizes() {
  return new Map(files().map((file) => [file, statSync(file).size]));
}

/** What was logged since then. */
export function logSince(starts) {
  return files().map((file) => readFileSync(file).subarray(starts.get(file) ?? 0).toString('utf8')).join('\n');
}
