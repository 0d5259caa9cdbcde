import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClawholdError } from '@clawhold/spec';
import { readStrictYaml } from '../strict-yaml.ts';
import type { Scenario, Step } from './scenario.ts';
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
    const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted();
    for (const name of names) {
      const file = join(folder, name);
      const scenario = parseScenario(await readFile(file, 'utf8'), file);
      scenarios.set(scenario.scenario, scenario);
    }
  }
  return [...scenarios.values()];
}

/** Reads one scenario; `file` is how it is named in messages. */
export function parseScenario(source: string, file: string): Scenario {
  const scenario = readStrictYaml(source, file, scenarioSchema);
  const steps = new Set<string>();
  for (const step of scenario.steps) {
    if (steps.has(step.name)) throw broken(file, `two steps have the name "${step.name}"`);
    steps.add(step.name);
  }
  for (const step of scenario.steps) checkReferences(step, scenario, steps, file);
  return scenario;
}

/** A reference to a step or value that does not exist would be a condition that silently never holds. */
function checkReferences(step: Step, scenario: Scenario, steps: ReadonlySet<string>, file: string): void {
  const { after = [], results = [], without = [], found = [] } = step.when ?? {};
  const called = [...results, ...without].flatMap(({ call }) => (call === undefined ? [] : [call.split('.')[0] ?? '']));
  const unknownStep = [...after, ...called].find((name) => !steps.has(name));
  if (unknownStep !== undefined) throw broken(file, `step "${step.name}" names the unknown step "${unknownStep}"`);
  const values = new Set(Object.keys(scenario.values ?? {}));
  const used = [...JSON.stringify([step.say, step.call]).matchAll(/\{\{\s*([\w-]+)\s*\}\}/g)].map(
    ([, name]) => name ?? '',
  );
  const each = (step.call ?? []).flatMap((call) => call.each ?? []);
  const unknownValue = [...used, ...each, ...found].find((name) => name !== 'item' && !values.has(name));
  if (unknownValue !== undefined) throw broken(file, `step "${step.name}" uses the unknown value "${unknownValue}"`);
}

function broken(file: string, what: string): ClawholdError {
  return new ClawholdError('input_configuration', `${file}: ${what}.`);
}
