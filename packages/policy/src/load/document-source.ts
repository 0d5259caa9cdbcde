import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Problem } from './problem.ts';

/** Documents beyond this many characters are refused before they are parsed. */
const maximumLength = 2 ** 20;
/** Nodes that aliases may add up to; more is a bomb, not a policy. */
const maximumAliases = 100;

type Path = readonly PropertyKey[];

/** The text of a document with the places of its parts. */
export interface DocumentSource {
  /** Plain data, untrusted. */
  readonly value: unknown;
  problem(path: Path, message: string, nearestKey?: string): Problem;
  /** The same at the key itself, which may be one that the language does not know. */
  problemAtKey(path: Path, key: string, message: string, nearestKey?: string): Problem;
  lineOf(path: Path): number;
}

export type SourceResult =
  | { readonly kind: 'ok'; readonly source: DocumentSource }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Parses YAML 1.2 and keeps the lines. Doubled keys, unknown tags and alias bombs are problems. */
export function readSource(text: string, file: string): SourceResult {
  const invalid = (line: number, column: number, message: string): SourceResult => ({
    kind: 'invalid',
    problems: [{ file, line, column, message }],
  });
  if (text.length > maximumLength) return invalid(0, 0, `The policy is longer than ${maximumLength} characters.`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: '1.2' });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0)
    return {
      kind: 'invalid',
      problems: faults.map(({ pos, message }) => ({ file, ...place(lines, pos[0]), message: yamlMessage(message) })),
    };
  const strange = strangeKey(document);
  if (strange !== undefined) {
    const { line, column } = place(lines, strange.offset);
    return invalid(line, column, strange.message);
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: maximumAliases });
    return { kind: 'ok', source: sourceOf(document, value, lines, file) };
  } catch {
    return invalid(1, 1, 'The aliases of this document add up to too much; write the parts out.');
  }
}

/** What an object of JavaScript does not keep as a key of its own: what stands under it would be gone without a word. */
const unkeepable = '__proto__';

/** The first key that means nothing in a policy: a list or a mapping, which YAML allows, or a name that can not be kept. */
function strangeKey(document: Document): { readonly offset: number; readonly message: string } | undefined {
  let strange: ReturnType<typeof strangeKey>;
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value !== unkeepable) return undefined;
      strange = {
        offset: (isNode(key) ? key.range?.[0] : undefined) ?? 0,
        message: isScalar(key)
          ? `Nothing can be named "${unkeepable}"; give it another name.`
          : 'Every key of this document must be a plain word.',
      };
      return visit.BREAK;
    },
  });
  return strange;
}

function yamlMessage(message: string): string {
  return message.startsWith('Map keys must be unique')
    ? 'This key stands here twice; only one can count.'
    : `${message}.`;
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function sourceOf(document: Document, value: unknown, lines: LineCounter, file: string): DocumentSource {
  const at = (path: Path): { line: number; column: number } => {
    for (let length = path.length; length >= 0; length--) {
      const key = keyNode(document, path.slice(0, length - 1), path[length - 1]);
      const node = key ?? document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return place(lines, node.range[0]);
    }
    return { line: 1, column: 1 };
  };
  const problem = (path: Path, message: string, nearestKey?: string): Problem => ({
    file,
    ...at(path),
    message,
    ...(nearestKey === undefined ? {} : { nearestKey }),
  });
  return {
    value,
    problem,
    problemAtKey: (path, key, message, nearestKey) => problem([...path, key], message, nearestKey),
    lineOf: (path) => at(path).line,
  };
}

/** The node of a key in its mapping: where a person looks for it. */
function keyNode(document: Document, parent: Path, key: PropertyKey | undefined): unknown {
  const map = parent.length === 0 ? document.contents : document.getIn(parent, true);
  if (!isMap(map)) return undefined;
  return map.items.find((pair) => String(pair.key) === String(key))?.key;
}
