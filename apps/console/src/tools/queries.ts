import type { ToolPin, ToolPinEntry } from '@clawhold/client';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { useIsOperator } from '../session/role.tsx';

const pollMilliseconds = 5_000;

/** A tool of a list, and what tells it from every other. */
export interface ListedTool extends ToolPinEntry {
  readonly id: string;
}

/** What a person's word changes: the descriptions themselves are known by their digests. */
export const listOfTools = { queryKey: ['tool-pins'], exact: true } as const;

/** The MCP tools whose descriptions are pinned, or wait to be. */
export function useToolPins(): UseQueryResult<readonly ListedTool[]> {
  return useQuery({
    enabled: useIsOperator(),
    queryKey: listOfTools.queryKey,
    queryFn: async () => {
      const { pins } = await answer(api.GET('/policies/pins'));
      return pins.map((pin) => ({ ...pin, id: `${pin.endpoint} ${pin.tool}` }));
    },
    refetchInterval: pollMilliseconds,
  });
}

/** Whether agents neither see nor call the tool until a person has looked. */
export function isWithheld({ waiting }: Pick<ToolPinEntry, 'waiting'>): boolean {
  return waiting !== null;
}

/** Both descriptions of a tool, as they were when these digests were listed. */
export function useToolPin({ endpoint, tool, pinned, waiting }: ToolPinEntry): UseQueryResult<ToolPin> {
  return useQuery({
    queryKey: ['tool-pins', endpoint, tool, pinned, waiting],
    queryFn: () => answer(api.GET('/policies/pins/tool', { params: { query: { endpoint, tool } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
