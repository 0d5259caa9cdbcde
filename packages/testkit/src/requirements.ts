import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** One promise of the product. The manifest is the folder `requirements/`, one YAML list for each area. */
export interface Requirement {
  /** `<area>.<slug>`, where the area is the name of the file. */
  readonly id: string;
  /** One sentence that can be true or false. */
  readonly claim: string;
  /** Where the promise was made: a document, an RFC, a sentence of the design. */
  readonly source: string;
  /** The file that holds it, such as `requirements/sandbox.yaml`. */
  readonly file: string;
}

/** The root of the repository. */
export const repositoryRoot: string = join(import.meta.dirname, '../../..');

/**
 * Reads the requirements manifest.
 *
 * @throws Error when a file is not a list of `{ id, claim, source }`, when an id does not begin with the name of its
 *   file, or when two requirements share an id.
 */
export function readRequirements(folder: string = join(repositoryRoot, 'requirements')): readonly Requirement[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const requirements = files.toSorted().flatMap((name) => readArea(folder, name));
  const seen = new Map<string, Requirement>();
  for (const requirement of requirements) {
    const earlier = seen.get(requirement.id);
    if (earlier !== undefined)
      throw new Error(`${requirement.id} is claimed twice: in ${earlier.file} and in ${requirement.file}`);
    seen.set(requirement.id, requirement);
  }
  return requirements;
}

function readArea(folder: string, name: string): readonly Requirement[] {
  const file = `requirements/${name}`;
  const content: unknown = parse(readFileSync(join(folder, name), 'utf8'));
  if (!Array.isArray(content)) throw new Error(`${file} is not a list of requirements`);
  const area = name.slice(0, -'.yaml'.length);
  return content.map((entry: unknown, index) => readEntry(entry, area, file, index));
}

function readEntry(entry: unknown, area: string, file: string, index: number): Requirement {
  const text = (key: string): string => {
    const value: unknown = typeof entry === 'object' && entry !== null ? Reflect.get(entry, key) : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
    throw new Error(`entry ${index + 1} of ${file} has no ${key}`);
  };
  const id = text('id');
  if (!new RegExp(`^${area}\\.[a-z0-9]+(-[a-z0-9]+)*$`).test(id))
    throw new Error(`the id "${id}" in ${file} is not "${area}." and a lower-case slug`);
  return { id, claim: text('claim'), source: text('source'), file };
}
