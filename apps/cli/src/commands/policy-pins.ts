import { isDeepStrictEqual } from 'node:util';
import type { ToolPin } from '@clawhold/client';
import { ClawholdError, pinCommand } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';
import { hostileBlock, hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';

/** So much of a digest tells two descriptions apart, also when one was made to look like the other. */
const shortestDigest = 16;
/** Lines of one description; `--json` has all. */
const shownLines = 200;

export const addPolicyPins: AddCommand = (policy, session) => {
  const pins = policy
    .command('pins')
    .description(
      'the descriptions of MCP tools that agents may see (pin_tool_descriptions): list, show, accept, forget',
    );

  pins
    .command('list', { isDefault: true })
    .description('list the tools, those first whose description waits for you')
    .action(async () => {
      const { data } = await connect().api.GET('/policies/pins');
      const all = (data?.pins ?? []).toSorted((a, b) => Number(b.waiting !== null) - Number(a.waiting !== null));
      session().output.result(all, () =>
        all.length === 0
          ? 'No policy has pinned a tool yet.'
          : table(
              all.map(({ endpoint, tool, pinned, waiting }) => [
                waiting === null ? paint.good('pinned') : paint.warn(pinned === null ? 'new' : 'changed'),
                hostileLine(endpoint),
                hostileLine(tool),
                paint.quiet((waiting ?? pinned ?? '').slice(0, shortestDigest)),
              ]),
            ),
      );
    });

  pins
    .command('show')
    .description('what a server said of a tool, and what it says now')
    .argument('<endpoint>', 'as in the list')
    .argument('<tool>', 'as in the list')
    .action(async (endpoint: string, tool: string) => {
      const pin = await read(endpoint, tool);
      session().output.result(pin, () => draw(endpoint, tool, pin));
    });

  pins
    .command('accept')
    .description('pin one of the two descriptions; agents see the tool again where its server says that one')
    .argument('<endpoint>', 'as in the list')
    .argument('<tool>', 'as in the list')
    .argument('<digest>', `of the description that you looked at, at least its first ${shortestDigest} characters`)
    .action(async (endpoint: string, tool: string, digest: string) => {
      const { pinned, waiting } = await read(endpoint, tool);
      const found = [pinned?.digest, waiting?.digest].find((one) => one?.startsWith(digest) === true);
      if (found === undefined || digest.length < shortestDigest)
        throw new ClawholdError('input_digest', 'The tool has no description with this digest.', {
          hint: `Look at it again: npx ${pinCommand('show', { endpoint, tool })}`,
        });
      const { data } = await connect().api.POST('/policies/pins/tool/accept', {
        body: { endpoint, tool, digest: found },
      });
      session().output.result(data, () => `${hostileLine(tool)} is pinned as ${found.slice(0, shortestDigest)}.`);
    });

  pins
    .command('forget')
    .description('forget what was pinned and what waits; the next description is the first again')
    .argument('<endpoint>', 'as in the list')
    .argument('<tool>', 'as in the list')
    .action(async (endpoint: string, tool: string) => {
      const { data } = await connect().api.POST('/policies/pins/tool/forget', { body: { endpoint, tool } });
      session().output.result(
        data,
        () =>
          `${hostileLine(tool)} is forgotten: what its server says next is pinned unseen, or waits for you where the policy says \`closed\`.`,
      );
    });
};

async function read(endpoint: string, tool: string): Promise<ToolPin> {
  const { data } = await connect().api.GET('/policies/pins/tool', { params: { query: { endpoint, tool } } });
  if (data === undefined) throw new ClawholdError('gateway_answer', 'The answer holds nothing.');
  return data;
}

/** Both descriptions, key by key; what only one of them says is marked. */
export function draw(endpoint: string, tool: string, { pinned, waiting }: ToolPin): string {
  const [before, after] = [pinned?.description ?? {}, (waiting ?? pinned)?.description ?? {}];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const lines = keys.flatMap((key) => {
    const [old, now] = [before[key], after[key]];
    if (isDeepStrictEqual(old, now)) return [`  ${key}`, hostileBlock(textOf(now), '    ', shownLines)];
    return [
      `  ${paint.strong(key)}`,
      ...(old === undefined ? [] : [paint.bad(hostileBlock(textOf(old), '  - ', shownLines))]),
      ...(now === undefined ? [] : [paint.good(hostileBlock(textOf(now), '  + ', shownLines))]),
    ];
  });
  const accept = (digest: string): string => `${pinCommand('accept', { endpoint, tool })} ${digest}`;
  return [
    `${paint.strong(hostileLine(tool))}  ${hostileLine(endpoint)}`,
    ...(pinned === null ? [] : [`  pinned   ${pinned.digest}  ${pinned.since}, ${pinned.by}`]),
    ...(waiting === null ? [] : [`  waiting  ${waiting.digest}  ${waiting.since}`]),
    ...lines,
    ...(waiting === null
      ? []
      : [
          paint.quiet(`To let agents see it as it is now:  ${hostileLine(accept(waiting.digest), 400)}`),
          ...(pinned === null
            ? []
            : [paint.quiet(`To keep what was pinned:            ${hostileLine(accept(pinned.digest), 400)}`)]),
        ]),
  ].join('\n');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
