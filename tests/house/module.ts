import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@clawhold/testkit';
import { parseSync } from 'vite';
import { isNode, walk } from './syntax.ts';

/** What one source file takes from others and gives to them. */
export interface Module {
  /** From the root. */
  readonly path: string;
  /** Every module it names: imports, re-exports, `import()`, `import('…').Type`. */
  readonly imports: readonly string[];
  readonly exportsEverything: boolean;
  readonly exportsDefault: boolean;
  readonly syntax: unknown;
}

const known = new Map<string, Module>();

export function readModule(path: string): Module {
  const found = known.get(path) ?? parseModule(path);
  known.set(path, found);
  return found;
}

function parseModule(path: string): Module {
  const result = parseSync(path, readFileSync(join(repositoryRoot, path), 'utf8'));
  if (result.errors.length > 0) throw new Error(`${path} does not parse: ${result.errors[0]?.message}`);
  const exports = result.module.staticExports.flatMap((statement) => statement.entries);
  return {
    path,
    imports: namedModules(result.program),
    exportsEverything: exports.some(
      ({ importName }) => importName.kind === 'AllButDefault' || importName.kind === 'All',
    ),
    exportsDefault: exports.some(({ exportName }) => exportName.kind === 'Default' || exportName.name === 'default'),
    syntax: result.program,
  };
}

/** Statements and expressions (ESTree and its TypeScript extension) that name a module in `source`. */
const naming: ReadonlySet<string> = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

function namedModules(program: unknown): readonly string[] {
  const names = new Set<string>();
  walk(program, (node) => {
    const source = naming.has(node.type) ? node['source'] : undefined;
    // A computed `import(path)` names nothing that could be checked here.
    if (isNode(source) && typeof source['value'] === 'string') names.add(source['value']);
  });
  return [...names];
}
