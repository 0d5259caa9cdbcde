import type { DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, SelectionSetNode } from 'graphql/language';
// Not all of graphql: nothing is executed here, and the supervisor loads it before it is ready.
import { Kind, parse, visit } from 'graphql/language';

/** Documents with more tokens, or nested deeper, are refused. */
const maximumTokens = 10_000;
const maximumDepth = 64;

/** The one operation of a document that will run. */
export type ChosenOperation =
  | {
      readonly kind: 'operation';
      readonly type: 'query' | 'mutation' | 'subscription';
      readonly name: string | null;
      /** Real names of the root fields, fragments expanded, each once. */
      readonly fields: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Reads a GraphQL document (October 2021, section 2) and finds the operation that a server would run. Where servers
 * differ in which that is, or in what it holds, the document is refused.
 */
export function readDocument(source: string, operationName: string | undefined): ChosenOperation {
  const document = parseBounded(source);
  if (typeof document === 'string') return refused(document);
  const operations: OperationDefinitionNode[] = [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
    else if (definition.kind !== Kind.FRAGMENT_DEFINITION) return refused('A request defines no types.');
    else if (fragments.has(definition.name.value)) return refused('Two fragments have one name.');
    else fragments.set(definition.name.value, definition);
  }
  const chosen = choose(operations, operationName);
  if (typeof chosen === 'string') return refused(chosen);
  const fields = new Set<string>();
  if (!collectFields(chosen.selectionSet, fragments, fields, new Set())) return refused('A fragment is not defined.');
  return { kind: 'operation', type: chosen.operation, name: chosen.name?.value ?? null, fields: [...fields] };
}

function parseBounded(source: string): DocumentNode | string {
  // Older grammars let a byte order mark stand anywhere, newer ones only at the beginning.
  if (source.includes('\uFEFF')) return 'The document holds a byte order mark.';
  let document: DocumentNode;
  try {
    document = parse(source, { maxTokens: maximumTokens, noLocation: true });
  } catch {
    return `The document is no GraphQL, or has more than ${maximumTokens} tokens.`;
  }
  let depth = 0;
  let deepest = 0;
  let incremental = false;
  visit(document, {
    enter(node) {
      depth++;
      deepest = Math.max(deepest, depth);
      if (node.kind === Kind.DIRECTIVE) incremental ||= node.name.value === 'defer' || node.name.value === 'stream';
    },
    leave() {
      depth--;
    },
  });
  // A selection set and the field that has it are two nodes.
  if (deepest > maximumDepth * 2) return 'The document is nested too deep.';
  return incremental ? 'Answers in parts (@defer, @stream) are not let through.' : document;
}

function choose(
  operations: readonly OperationDefinitionNode[],
  wanted: string | undefined,
): OperationDefinitionNode | string {
  const names = operations.map(({ name }) => name?.value);
  const [first] = operations;
  if (new Set(names).size < names.length || (names.length > 1 && names.includes(undefined)))
    return 'Operations beside each other need names of their own.';
  if (first === undefined) return 'The document has no operation.';
  if (wanted !== undefined)
    return operations.find(({ name }) => name?.value === wanted) ?? 'The document has no operation of that name.';
  return operations.length === 1 ? first : 'The document has several operations, and none is named to run.';
}

/** False when a fragment is spread that is not there. One that spreads itself adds nothing the second time. */
function collectFields(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  fields: Set<string>,
  seen: Set<string>,
): boolean {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) fields.add(selection.name.value);
    else if (selection.kind === Kind.INLINE_FRAGMENT) {
      if (!collectFields(selection.selectionSet, fragments, fields, seen)) return false;
    } else if (!seen.has(selection.name.value)) {
      seen.add(selection.name.value);
      const fragment = fragments.get(selection.name.value);
      if (fragment === undefined || !collectFields(fragment.selectionSet, fragments, fields, seen)) return false;
    }
  }
  return true;
}

function refused(reason: string): ChosenOperation {
  return { kind: 'refused', reason };
}
