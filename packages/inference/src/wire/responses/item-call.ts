import { malformedCall, readCall } from '../../firewall/assembled-call.ts';
import type { ProposedCall } from '../../firewall/gate.ts';
import { type JsonObject, textOf } from '../../json-value.ts';

/** Items of an answer that hold no call. */
const harmless: ReadonlySet<unknown> = new Set(['message', 'reasoning']);

/** How each kind of call names the text of its arguments, in the item and in the events that build it up. */
const callTexts: Readonly<Record<string, string>> = { function_call: 'arguments', custom_tool_call: 'input' };

/** What an output item is to the firewall. */
export type ItemKind = 'harmless' | 'call' | 'hosted';

export function itemKind(item: JsonObject): ItemKind {
  if (harmless.has(item['type'])) return 'harmless';
  return isClientCall(item) ? 'call' : 'hosted';
}

function isClientCall(item: JsonObject): boolean {
  return Object.hasOwn(callTexts, textOf(item['type'])) || item['type'] === 'local_shell_call';
}

/** The text of a call's arguments as an item holds it; null for kinds that have an object instead. */
export function argumentText(item: JsonObject): string | null {
  const key = callTexts[textOf(item['type'])];
  return key === undefined ? null : textOf(item[key]);
}

/** Reads a finished item as a call. */
export function readItemCall(item: JsonObject): ProposedCall {
  const id = textOf(item['call_id']) || textOf(item['id']);
  switch (item['type']) {
    case 'function_call':
      return readCall(id, textOf(item['name']), textOf(item['arguments']));
    case 'custom_tool_call':
      // Free text by design: a patch, a query. It is decided as the one argument of its tool.
      return { ...readCall(id, textOf(item['name']), ''), arguments: { input: textOf(item['input']) } };
    case 'local_shell_call':
      return readCall(id, 'local_shell', JSON.stringify(item['action'] ?? {}));
    default:
      throw malformedCall('', `has the unknown type ${JSON.stringify(item['type'] ?? null)}`);
  }
}

/** What clients act on, for comparing the places in a stream where the same call stands. */
export function callIdentity(item: JsonObject): string {
  return JSON.stringify([
    item['type'],
    item['call_id'] ?? item['id'],
    item['name'],
    argumentText(item),
    item['action'],
  ]);
}
