import { isNode, type SyntaxNode, walk } from './syntax.ts';

/** Modules of Node that only compute. */
const computing: ReadonlySet<string> = new Set(
  ['crypto', 'buffer', 'util', 'assert', 'path', 'url'].map((name) => `node:${name}`),
);

/** What is imported from them that draws randomness, or looks at the working folder. */
const impureNames = /^(random|generateKey|resolve$|relative$)/;

/** Globals that read the clock, draw randomness, wait, or reach outside. */
const outside: ReadonlySet<string> = new Set([
  'process',
  'performance',
  'fetch',
  'WebSocket',
  'crypto',
  'navigator',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'console',
]);

const impureMembers: ReadonlySet<string> = new Set(['Date.now', 'Math.random', 'Temporal.Now']);

/** What a file does besides computing from its arguments; empty when it is pure. */
export function impurities(program: unknown): readonly string[] {
  const found = new Set<string>();
  walk(program, (node) => {
    for (const what of complaints(node)) found.add(what);
  });
  return [...found];
}

function complaints(node: SyntaxNode): readonly string[] {
  if (node.type === 'ImportDeclaration') return importComplaints(node);
  if (node.type === 'MemberExpression' && isNode(node['object'])) {
    const name = `${String(node['object']['name'])}.${isNode(node['property']) ? String(node['property']['name']) : ''}`;
    const base = String(node['object']['name']);
    return impureMembers.has(name) || outside.has(base) ? [name] : [];
  }
  if (node.type === 'CallExpression' && isNode(node['callee']) && outside.has(String(node['callee']['name'])))
    return [`${String(node['callee']['name'])}()`];
  const isBareDate = node.type === 'NewExpression' && isNode(node['callee']) && node['callee']['name'] === 'Date';
  return isBareDate && Array.isArray(node['arguments']) && node['arguments'].length === 0 ? ['new Date()'] : [];
}

function importComplaints(node: SyntaxNode): readonly string[] {
  const source = isNode(node['source']) ? String(node['source']['value']) : '';
  if (!source.startsWith('node:') || node['importKind'] === 'type') return [];
  if (!computing.has(source)) return [source];
  const specifiers: readonly unknown[] = Array.isArray(node['specifiers']) ? node['specifiers'] : [];
  return specifiers.flatMap((specifier) => {
    const imported = isNode(specifier) && isNode(specifier['imported']) ? String(specifier['imported']['name']) : '*';
    return imported === '*' || impureNames.test(imported) ? [`${source} ${imported}`] : [];
  });
}
