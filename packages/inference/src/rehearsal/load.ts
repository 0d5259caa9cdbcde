import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readStrictYaml } from '@clawhold/documents';
import { ClawholdError } from '@clawhold/spec';
import type { Condition, Scenario } from './scenario.ts';
import { scenarioSchema } from './scenario-schema.ts';

/** The scenarios that come with the product: `default`, for any task. */
export const shippedScenarios: string = join(import.meta.dirname, '../../scenarios');

/**
 * Reads every `*.yaml` of these folders. A scenario of a later folder replaces one of the same name.
 *
 * @throws ClawholdError `input_configuration` with file, line and the nearest key when a scenario is not well-formed.
 */
export async function loadScenarios(folders: readonly string[]): Promise<readonly Scenario[]> {
  const scenarios = new Map<string, Scenario>();
  for (const folder of folders) {
    const names = (await entries(folder)).filter((name) => name.endsWith('.yaml')).toSorted();
    for (const name of names) {
      const file = join(folder, name);
      const scenario = parseScenario(await readFile(file, 'utf8'), file);
      scenarios.set(scenario.scenario, scenario);
    }
  }
  return [...scenarios.values()];
}

/** A folder that is not there holds no scenarios. */
async function entries(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const code = String(Reflect.get(Object(cause), 'code'));
    if (code === 'ENOENT') return [];
    throw new ClawholdError('input_configuration', `The scenarios in ${folder} cannot be read (${code}).`, { cause });
  }
}

/** Reads one scenario; `file` is how it is named in messages. */
export function parseScenario(source: string, file: string): Scenario {
  const scenario = readStrictYaml(source, file, scenarioSchema);
  const steps = new Set<string>();
  for (const step of scenario.steps) {
    if (steps.has(step.name)) throw broken(file, `two steps have the name "${step.name}"`);
    steps.add(step.name);
  }
  for (const step of scenario.steps) {
    checkCondition(step.when, scenario, `step "${step.name}"`, file);
    const each = (step.call ?? []).flatMap((call) => call.each ?? []);
    checkNames([...placeholders([step.say, step.call]), ...each], namesOf(scenario), `step "${step.name}"`, file);
  }
  for (const [name, phrases] of Object.entries(scenario.phrases ?? {}))
    for (const phrase of phrases) {
      checkCondition(phrase.when, scenario, `phrase "${name}"`, file);
      checkNames(placeholders(phrase.say), Object.keys(scenario.values ?? {}), `phrase "${name}"`, file);
    }
  return scenario;
}

/** A reference to a step or value that does not exist would be a condition that silently never holds. */
function checkCondition(condition: Condition | undefined, scenario: Scenario, where: string, file: string): void {
  const { after = [], results = [], without = [], found = [] } = condition ?? {};
  const called = [...results, ...without].flatMap(({ call }) => (call === undefined ? [] : [call.split('.')[0] ?? '']));
  const unknown = [...after, ...called].find((name) => !scenario.steps.some((step) => step.name === name));
  if (unknown !== undefined) throw broken(file, `${where} names the unknown step "${unknown}"`);
  checkNames(found, namesOf(scenario), where, file);
}

function checkNames(used: readonly string[], known: readonly string[], where: string, file: string): void {
  const unknown = used.find((name) => name !== 'item' && !known.includes(name));
  if (unknown !== undefined) throw broken(file, `${where} uses the unknown value "${unknown}"`);
}

function namesOf({ values = {}, phrases = {} }: Scenario): readonly string[] {
  return [...Object.keys(values), ...Object.keys(phrases)];
}

function placeholders(template: unknown): readonly string[] {
  return [...JSON.stringify(template ?? null).matchAll(/\{\{\s*([\w-]+)\s*\}\}/g)].map(([, name]) => name ?? '');
}

function broken(file: string, what: string): ClawholdError {
  return new ClawholdError('input_configuration', `${file}: ${what}.`);
}
