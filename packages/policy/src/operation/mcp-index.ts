import type { Target } from '@clawhold/spec';
import { compiledGlobs } from '../glob/glob.ts';
import { TextIndex } from '../glob/text-index.ts';
import type { Operation } from './operation.ts';
import { patternsOf } from './patterns.ts';

/** Finds rules by the method of an MCP message, and those about tools by the name of the tool that is called. */
export class McpIndex<Value> {
  readonly #methods = new TextIndex<Value>();
  readonly #tools = new TextIndex<Value>();

  add({ method = '*', tool, params }: Target, value: Value): void {
    const tools = patternsOf(tool ?? params?.name);
    if (tools.length === 0) for (const glob of compiledGlobs(method, null)) this.#methods.add(glob, value);
    for (const pattern of tools) for (const glob of compiledGlobs(pattern, null)) this.#tools.add(glob, value);
  }

  find({ message }: Operation, found: Value[]): void {
    if (message?.protocol !== 'mcp') return;
    this.#methods.find(message.method, found);
    if (message.tool !== null) this.#tools.find(message.tool, found);
  }
}
