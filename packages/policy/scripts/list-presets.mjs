// Prints docs/policy-presets.md: node_modules/.bin/node packages/policy/scripts/list-presets.mjs > docs/policy-presets.md
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadPolicy, needsTenant } from '../src/index.ts';

const folder = fileURLToPath(new URL('../presets/', import.meta.url));

function entry(file) {
  const text = readFileSync(`${folder}${file}`, 'utf8');
  const loaded = loadPolicy(text, file);
  if (loaded.kind === 'invalid') throw new Error(`${file}: ${loaded.problems[0]?.message}`);
  const { name, description, network_policies: policies = {} } = loaded.document;
  const endpoints = Object.values(policies).flatMap((policy) => policy.endpoints);
  const rules = endpoints.flatMap((endpoint) => endpoint.rules ?? []);
  const asks = rules.filter((rule) => rule.ask !== undefined).length;
  const references = [...text.matchAll(/^# Reference: (.+)\n# {3}(\S+)$/gm)].map(
    ([, title, address]) => `[${title}](${address})`,
  );
  const [, service] = /^# Service: (.+)$/m.exec(text) ?? [];
  const [, read] = /^# Read: (.+)$/m.exec(text) ?? [];
  const reference = needsTenant(text) ? `${name}/CUSTOMER` : name;
  return { name, reference, service, description, allows: rules.length - asks, asks, references, read };
}

const presets = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('.policy-test.yaml'))
  .map(entry);

console.log(`# Presets

<!-- Made by packages/policy/scripts/list-presets.mjs from packages/policy/presets; a test compares the two. -->

Policies for services that many companies use. An agent's policy takes them in with \`extends: [preset:slack]\`; \`clawhold policy
presets\` lists and shows them ([policy.presets-shipped](../requirements/policy.yaml)). Each is a file in
[packages/policy/presets](../packages/policy/presets) with a policy test beside it
([policy.presets-tested](../requirements/policy.yaml)), written from what the service publishes about its API
([policy.presets-cited](../requirements/policy.yaml)). None was exercised against the service.

What only reads is allowed. What leaves the company for somebody, or cannot be taken back, asks a person
([policy.presets-least](../requirements/policy.yaml)). Tokens are never made or refreshed from a sandbox: those addresses stay
closed. Where a service gives each customer a place of their own, a policy names its own behind the preset,
as \`preset:jira/acme\` for \`acme.atlassian.net\`, and no other is opened
([policy.presets-tenant](../requirements/policy.yaml)); those presets are listed so. Projects of Google Cloud and subscriptions of
Azure are for a policy of your own, or the ceiling, to name.

| preset | service | what it opens | allows / asks |
|---|---|---|---|`);
for (const { name, reference, service, description, allows, asks } of presets)
  console.log(
    `| [${reference}](../packages/policy/presets/${name}.yaml) | ${service} | ${description} | ${allows} / ${asks} |`,
  );
console.log(`
## What each was written from

| preset | reference | read |
|---|---|---|`);
for (const { name, references, read } of presets) console.log(`| ${name} | ${references.join('; ')} | ${read} |`);
