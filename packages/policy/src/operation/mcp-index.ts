import { compiledEntries, type Finds, type PatternSet, type PatternSets } from '../glob/pattern-sets.ts';
import type { RequestSets } from '../request/request-sets.ts';
import type { Operation } from './operation.ts';
import type { Targeted } from './operation-index.ts';
import { patternsOf } from './patterns.ts';

/** Finds rules by the method of an MCP message, and those about tools by the name of the tool that is called. */
export class McpIndex<Value> {
  readonly #sets: PatternSets<Value>;
  readonly #methods: PatternSet;
  readonly #tools: PatternSet;

  constructor(rules: readonly Targeted<Value>[], sets: RequestSets<Value>) {
    const named = rules.map(({ target: { method = '*', tool, params }, value }) => {
      return { value, method, tools: patternsOf(tool ?? params?.name) };
    });
    this.#sets = sets.patterns;
    this.#methods = sets.patterns.add(
      named.flatMap(({ method, tools, value }) => (tools.length === 0 ? compiledEntries(method, null, value) : [])),
    );
    this.#tools = sets.patterns.add(
      named.flatMap(({ tools, value }) => tools.flatMap((pattern) => compiledEntries(pattern, null, value))),
    );
  }

  find({ message }: Operation, found: Finds<Value>): void {
    if (message?.protocol !== 'mcp') return;
    this.#sets.find(this.#methods, message.method, found);
    if (message.tool !== null) this.#sets.find(this.#tools, message.tool, found);
  }
}
