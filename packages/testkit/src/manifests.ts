import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** A resource of Kubernetes as it stands in a file. */
export interface Manifest {
  readonly file: string;
  readonly content: unknown;
}

/**
 * Every document of the YAML files of a folder.
 *
 * @throws Error for a file that is no YAML.
 */
export function readManifests(folder: string): readonly Manifest[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return files.toSorted().flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => {
      const [broken] = document.errors;
      if (broken !== undefined) throw new Error(`${file}: ${broken.message}`);
      return { file, content: document.toJS() };
    }),
  );
}
