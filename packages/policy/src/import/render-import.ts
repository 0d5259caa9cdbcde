import { Document, isCollection, isMap, isNode, isPair } from 'yaml';
import type { ImportNote } from './conversion.ts';

/** Writes an imported document as YAML, with what a person must know as comments where it applies. */
export function renderImport(
  tree: Readonly<Record<string, unknown>>,
  title: string,
  notes: readonly ImportNote[],
  commentOf: (path: readonly (string | number)[]) => string | undefined,
): string {
  const document = new Document(tree, { aliasDuplicateObjects: false });
  annotate(document.contents, [], commentOf);
  const left = notes.filter(({ kind }) => kind === 'left');
  const lines = [
    title,
    'What it allows the source allows too; where they differ this one is stricter.',
    ...(left.length === 0 ? [] : ['Not carried over:']),
    ...left.map(({ file, line, sentence }) => `- ${file}:${line}: ${sentence}`),
  ];
  return `${lines.map((line) => `# ${printable(line)}\n`).join('')}${document.toString({ lineWidth: 120 })}`;
}

function annotate(
  node: unknown,
  path: readonly (string | number)[],
  commentOf: (path: readonly (string | number)[]) => string | undefined,
): void {
  if (!isCollection(node)) return;
  for (const [at, item] of node.items.entries()) {
    const key = isPair(item) && isMap(node) ? String(item.key) : at;
    const value: unknown = isPair(item) ? item.value : item;
    const comment = commentOf([...path, key]);
    if (comment !== undefined && isNode(value)) value.commentBefore = ` ${printable(comment)}`;
    annotate(value, [...path, key], commentOf);
  }
}

/** A comment ends with its line: nothing that a source says may begin another one. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
