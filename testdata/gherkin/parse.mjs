// Parses features with the official parser and prints scenarios and steps of each as JSON: {file: [scenarios, steps]}.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

const [modules, folder] = process.argv.slice(2);
const cucumber = createRequire(createRequire(join(modules, 'x.js')).resolve('@cucumber/cucumber/package.json'));
const { AstBuilder, GherkinClassicTokenMatcher, Parser } = cucumber('@cucumber/gherkin');
const { IdGenerator } = cucumber('@cucumber/messages');

function count(file) {
  const parser = new Parser(new AstBuilder(IdGenerator.incrementing()), new GherkinClassicTokenMatcher());
  const scenarios = parser.parse(readFileSync(file, 'utf8')).feature.children.map((child) => child.scenario);
  return [scenarios.length, scenarios.reduce((sum, scenario) => sum + scenario.steps.length, 0)];
}

const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.feature')).sort();
console.log(JSON.stringify(Object.fromEntries(files.map((name) => [basename(name), count(join(folder, name))]))));
