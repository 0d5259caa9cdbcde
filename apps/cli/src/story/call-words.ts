import { hostileLine } from '../terminal/hostile.ts';

/** A tool call as a person says it: `read invoices/a.csv`, `POST http://…`, `run node x.mjs`. */
export interface CallWords {
  /** Calls with the same kind may be told together. */
  readonly kind: 'look' | 'change' | 'run' | 'send' | 'other';
  readonly verb: string;
  /** One line, nothing in it can move the cursor; what is longer than {@link longestObject} is counted. */
  readonly object: string;
}

/** Characters; all of it is in `clawhold show --json`. */
const longestObject = 140;

const verbs: Readonly<
  Record<string, { readonly kind: CallWords['kind']; readonly verb: string; readonly of: string }>
> = {
  'file.read': { kind: 'look', verb: 'read', of: 'path' },
  'file.list': { kind: 'look', verb: 'list', of: 'path' },
  'file.search': { kind: 'look', verb: 'search', of: 'pattern' },
  'file.write': { kind: 'change', verb: 'write', of: 'path' },
  'file.edit': { kind: 'change', verb: 'edit', of: 'path' },
  'shell.exec': { kind: 'run', verb: 'run', of: 'command' },
  'agent.delegate': { kind: 'other', verb: 'delegate', of: 'task' },
};

/** @param summary stands in where the arguments are not known. */
export function callWords(tool: string, values: Readonly<Record<string, unknown>>, summary: string): CallWords {
  const known = verbs[tool];
  const object = (value: unknown): string => {
    const line = hostileLine(typeof value === 'string' ? value : summary, Number.POSITIVE_INFINITY);
    const more = line.length - longestObject;
    return more <= 0 ? line : `${line.slice(0, longestObject).trimEnd()} … (${more} more characters)`;
  };
  if (tool === 'http.fetch') {
    const method = typeof values['method'] === 'string' ? values['method'] : 'GET';
    return { kind: 'send', verb: hostileLine(method, 12), object: object(values['url']) };
  }
  if (known === undefined) return { kind: 'other', verb: hostileLine(tool, 40), object: object(undefined) };
  return { kind: known.kind, verb: known.verb, object: object(values[known.of]) };
}
