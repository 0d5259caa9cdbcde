import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';

/** Documents beyond this many characters are refused before they are parsed. */
const maximumLength = 2 ** 20;
/** What stands in a text for bytes that are no UTF-8: what was written there is not known. */
const unreadable = '\u{fffd}';
/** No document of ours comes near it, and nobody reads one that does. */
const maximumDepth = 64;
const tooDeep = `This is nested deeper than ${maximumDepth} times; write it flatter.`;
/** Nodes that aliases may add up to; more is an attack on memory, not a document. */
const maximumAliases = 100;

type Path = readonly PropertyKey[];

/** Counted from 1. */
export interface YamlPlace {
  readonly line: number;
  readonly column: number;
}

export interface YamlFault extends YamlPlace {
  /** One sentence that teaches. */
  readonly message: string;
}

/** What a document says, with the places of its parts. */
export interface YamlSource {
  /** Plain data, untrusted. */
  readonly value: unknown;
  /** Where a person looks for a part: at its key, else at itself, else at the nearest part around it that exists. */
  placeOf(path: Path): YamlPlace;
}

export type YamlRead =
  | { readonly kind: 'ok'; readonly source: YamlSource }
  | { readonly kind: 'invalid'; readonly faults: readonly [YamlFault, ...YamlFault[]] };

/**
 * Reads one document of YAML 1.2, none of it silently lost: doubled keys, names that no object keeps, unknown tags, a
 * second document, bytes of another encoding, and nesting and aliases that add up to too much are faults.
 */
export function readYaml(text: string): YamlRead {
  if (text.length > maximumLength)
    return fault({ line: 1, column: 1 }, `This document is longer than ${maximumLength} characters.`);
  const lost = text.indexOf(unreadable);
  if (lost >= 0) {
    const before = text.slice(0, lost).split('\n');
    return fault(
      { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
      'This character is no UTF-8; save the document as UTF-8.',
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: '1.2' });
  // How often the parser says so, and of what else it then complains, is its own affair.
  const deep = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (deep !== undefined) return fault(placeAt(lines, deep.pos[0]), tooDeep);
  const [first, ...others] = [...document.errors, ...document.warnings].map((error) => ({
    ...placeAt(lines, error.pos[0]),
    message: sentenceOf(error),
  }));
  if (first !== undefined) return { kind: 'invalid', faults: [first, ...others] };
  const strange = strangeKey(document);
  if (strange !== undefined) return fault(placeAt(lines, strange.offset), strange.message);
  try {
    const value: unknown = document.toJS({ maxAliasCount: maximumAliases });
    return { kind: 'ok', source: { value, placeOf: (path) => placeOf(document, path, lines) } };
  } catch {
    return fault(
      { line: 1, column: 1 },
      'The aliases of this document add up to too much; write out what they stand for.',
    );
  }
}

function fault(place: YamlPlace, message: string): YamlRead {
  return { kind: 'invalid', faults: [{ ...place, message }] };
}

/** What an object of JavaScript does not keep as a key of its own: what stands under it would be gone without a word. */
const unkeepable = '__proto__';

/** The first key that means nothing: a list or a mapping, which YAML allows, or a name that can not be kept; or what is too deep. */
function strangeKey(document: Document): { readonly offset: number; readonly message: string } | undefined {
  let strange: ReturnType<typeof strangeKey>;
  visit(document, {
    Collection: (_, { range }, path) => {
      // Every level of a mapping is a pair and its value.
      if (path.filter((above) => !isPair(above)).length <= maximumDepth) return undefined;
      strange = { offset: range?.[0] ?? 0, message: tooDeep };
      return visit.BREAK;
    },
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

function sentenceOf({ code, message }: YAMLError): string {
  if (code === 'DUPLICATE_KEY') return 'This key stands here twice; only one can count.';
  if (code === 'MULTIPLE_DOCS') return 'A second document begins here (`---`); write each in a file of its own.';
  return `${message.split('\n')[0]?.replace(/[:.]\s*$/, '')}.`;
}

function placeAt(lines: LineCounter, offset: number): YamlPlace {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function placeOf(document: Document, path: Path, lines: LineCounter): YamlPlace {
  for (let length = path.length; length >= 0; length--) {
    const key = keyNode(document, path.slice(0, length - 1), path[length - 1]);
    const node = key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return placeAt(lines, node.range[0]);
  }
  return { line: 1, column: 1 };
}

/** The node of a key in its mapping. */
function keyNode(document: Document, parent: Path, key: PropertyKey | undefined): unknown {
  const map = parent.length === 0 ? document.contents : document.getIn(parent, true);
  if (!isMap(map)) return undefined;
  return map.items.find((pair) => String(pair.key) === String(key))?.key;
}
