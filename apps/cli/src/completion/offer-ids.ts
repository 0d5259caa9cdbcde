import type { ApiClient } from '@clawhold/client';
import type { Command } from 'commander';
import { connect } from '../connection/connect.ts';

/** Whoever presses Tab would rather have nothing than wait. In milliseconds. */
const defaultPatience = 700;
/** As many as a person can choose from. */
const newest = 30;

type List = (api: ApiClient, signal: AbortSignal) => Promise<readonly string[]>;

/** What an argument of that name can be. */
const lists: Readonly<Record<string, List>> = {
  async run(api, signal) {
    const { data } = await api.GET('/runs', { params: { query: { limit: newest } }, signal });
    return (data?.runs ?? []).map(({ id }) => id);
  },
  async id(api, signal) {
    const { data } = await api.GET('/approvals', { signal });
    return (data?.approvals ?? []).map(({ id }) => id);
  },
};

/**
 * Lets the completion of a command offer the runs, or the questions that wait, as its first argument. Says nothing and
 * offers nothing when Clawhold does not run or takes too long.
 *
 * @param words the command line: `complete -- show ''` is what the shell asks for after `clawhold show `
 */
export async function offerIds(
  program: Command,
  words: readonly string[],
  { home, patience = defaultPatience }: { readonly home?: string; readonly patience?: number } = {},
): Promise<void> {
  const [first, separator, ...line] = words;
  if (first !== 'complete' || separator !== '--') return;
  const name = line.find((word) => !word.startsWith('-'));
  const [argument] = program.commands.find((command) => command.name() === name)?.registeredArguments ?? [];
  const list = lists[argument?.name() ?? ''];
  if (argument === undefined || list === undefined) return;
  try {
    argument.choices(await list(connect(home).api, AbortSignal.timeout(patience)));
  } catch {
    // Nothing runs, or not well: an error would stand in the middle of the person's command line.
  }
}
