import { createHash } from 'node:crypto';
import { canonicalJson } from '@clawhold/approvals';
import type { ToolDescription, ToolPins } from '@clawhold/egress';
import {
  ClawholdError,
  limits,
  type PinnedTool,
  pinCommand,
  type StatedDescription,
  type ToolPin,
  type ToolPinEntry,
} from '@clawhold/spec';
import type { Findings } from '../detection/findings.ts';
import { inTurn } from '../order/in-turn.ts';
import { accept, compare, isWithheld } from './compare.ts';
import { openPinFolder } from './pin-folder.ts';

/** The descriptions of MCP tools that this installation trusts, and what an operator does with them. */
export interface PinBook extends ToolPins {
  list(): readonly ToolPinEntry[];
  /** @throws ClawholdError `state_no_such_pin`. */
  read(tool: PinnedTool): ToolPin;
  /** @throws ClawholdError `state_no_such_pin`, `state_pin_changed` when the server said something else meanwhile. */
  accept(tool: PinnedTool, digest: string): Promise<ToolPin>;
  /** The next description is the first again. @throws ClawholdError `state_no_such_pin`. */
  forget(tool: PinnedTool): Promise<void>;
}

export interface PinBookParts {
  readonly folder: string;
  readonly findings: Pick<Findings, 'raise'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The tools of one endpoint by their names. */
type Tools = ReadonlyMap<string, ToolPin>;

const nameCharacters = 128;
const none: Tools = new Map();

export async function openPinBook({ folder, findings, now }: PinBookParts): Promise<PinBook> {
  const files = await openPinFolder(folder);
  const endpoints = new Map(
    (await files.readAll()).map(({ endpoint, tools }): [string, Tools] => [endpoint, new Map(tools)]),
  );
  // Two lists that came together would else not see each other.
  const turn = inTurn();

  async function write(endpoint: string, tools: Tools): Promise<void> {
    if (tools.size === 0) {
      await files.remove(endpoint);
      endpoints.delete(endpoint);
    } else {
      await files.write({ endpoint, tools: [...tools] });
      endpoints.set(endpoint, tools);
    }
  }

  function found({ endpoint, tool }: PinnedTool): ToolPin {
    const known = endpoints.get(endpoint)?.get(tool);
    if (known !== undefined) return known;
    throw new ClawholdError('state_no_such_pin', 'No description of this tool was seen.', {
      hint: 'List the tools with: npx clawhold policy pins list',
      status: 404,
    });
  }

  return {
    compare: (identity, endpoint, tools, list) =>
      turn(async () => {
        const before = endpoints.get(endpoint) ?? none;
        const after = new Map(before);
        const withheld = new Set<string>();
        const since = new Date(now()).toISOString();
        const hasRoom = endpoints.has(endpoint) || endpoints.size < limits.pinnedEndpoints;
        const news: string[] = [];
        for (const tool of tools) {
          const { name } = tool;
          const stated = state(tool, since);
          const known = after.get(name);
          if (stated === undefined || (known === undefined && (!hasRoom || after.size >= limits.pinnedTools))) {
            withheld.add(name);
            continue;
          }
          const next = compare(known, stated, list);
          if (next !== known && next.waiting !== null) news.push(describe(endpoint, name, next, stated.digest));
          after.set(name, next);
          if (isWithheld(next, list)) withheld.add(name);
        }
        if ([...after].some(([name, pin]) => before.get(name) !== pin)) await write(endpoint, after);
        for (const text of news) findings.raise(identity.run, 'mcp.tool_description', text);
        return withheld;
      }),

    isWithheld: (endpoint, tool, list) => isWithheld(endpoints.get(endpoint)?.get(tool), list),

    list: () =>
      [...endpoints]
        .flatMap(([endpoint, tools]) =>
          [...tools].map(([tool, { pinned, waiting }]) => ({
            endpoint,
            tool,
            pinned: pinned?.digest ?? null,
            waiting: waiting?.digest ?? null,
          })),
        )
        .toSorted((a, b) => (`${a.endpoint} ${a.tool}` < `${b.endpoint} ${b.tool}` ? -1 : 1)),

    read: found,

    accept: (which, digest) =>
      turn(async () => {
        const accepted = accept(found(which), digest, new Date(now()).toISOString());
        if (accepted === undefined)
          throw new ClawholdError('state_pin_changed', 'The tool has no description with this digest.', {
            hint: `Look at it again: npx ${pinCommand('show', which)}`,
          });
        await write(which.endpoint, new Map(endpoints.get(which.endpoint)).set(which.tool, accepted));
        return accepted;
      }),

    forget: (which) =>
      turn(async () => {
        found(which);
        const rest = new Map(endpoints.get(which.endpoint));
        rest.delete(which.tool);
        await write(which.endpoint, rest);
      }),
  };
}

/** Undefined for what cannot be kept: too long, or with no one JSON. */
function state(description: ToolDescription, since: string): StatedDescription | undefined {
  const written = canonicalJson(description);
  if (written.kind === 'refused' || description.name.length > nameCharacters) return undefined;
  if (Buffer.byteLength(written.text) > limits.toolDescriptionBytes) return undefined;
  return { digest: createHash('sha256').update(written.text).digest('hex'), description: { ...description }, since };
}

function describe(endpoint: string, tool: string, { pinned }: ToolPin, digest: string): string {
  const what =
    pinned === null
      ? `The tool ${JSON.stringify(tool)} of ${endpoint} is new, described as ${digest}.`
      : `The description of the tool ${JSON.stringify(tool)} of ${endpoint} changed from ${pinned.digest} to ${digest}.`;
  return `${what} It is withheld until an operator accepts it: ${pinCommand('show', { endpoint, tool })}`;
}
