import { createHash } from 'node:crypto';
import type { Conversation, ToolResult } from '../conversation.ts';
import { toolResults } from '../conversation.ts';

/** Beyond this many results the oldest are forgotten, and would be told a second time. */
const remembered = 20_000;

/** Agents send the whole conversation with every turn; this finds the results in it that nobody was told of yet. */
export class ToldResults {
  readonly #told = new Set<string>();

  fresh(owner: string, conversation: Conversation): readonly ToolResult[] {
    return toolResults(conversation).filter((result) => {
      const key = createHash('sha256')
        .update(JSON.stringify([owner, result.callId, result.text]))
        .digest('base64');
      if (this.#told.has(key)) return false;
      this.#told.add(key);
      const [oldest] = this.#told;
      if (this.#told.size > remembered && oldest !== undefined) this.#told.delete(oldest);
      return true;
    });
  }
}
