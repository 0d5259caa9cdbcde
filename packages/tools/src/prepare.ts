import type { BuiltInToolName, ToolCall } from '@clawhold/spec';
import { browserTools } from './browser/browser-tools.ts';
import { fileEdit } from './file-edit.ts';
import { fileList } from './file-list.ts';
import { fileRead } from './file-read.ts';
import { fileSearch } from './file-search.ts';
import { fileWrite } from './file-write.ts';
import { httpFetch } from './http-fetch.ts';
import { shellExec } from './shell-exec.ts';
import type { Tool, ToolDeclaration, ToolPlaces, ToolPlan } from './tool.ts';

/** The folder to mount read-only at `/opt/clawhold/tools`. */
export const sandboxScripts: string = `${import.meta.dirname}/../sandbox`;

export const defaultPlaces: ToolPlaces = { scripts: '/opt/clawhold/tools', node: '/opt/node/bin/node' };

const tools: ReadonlyMap<string, Tool> = new Map(
  [shellExec, fileRead, fileWrite, fileEdit, fileList, fileSearch, httpFetch, ...browserTools].map((tool) => [
    tool.declaration.name,
    tool,
  ]),
);

/** The tools, for a model. */
export const toolDeclarations: readonly ToolDeclaration[] = [...tools.values()].map(({ declaration }) => declaration);

export interface PreparedCall extends ToolPlan {
  readonly kind: 'ok';
  readonly tool: BuiltInToolName;
  /** As they were written. */
  readonly arguments: ToolCall['arguments'];
}

export type Prepared = PreparedCall | { readonly kind: 'refused'; readonly reason: string };

/**
 * Checks a call and plans it. A refusal is a sentence for the model: an unknown tool, arguments that do not fit, a path
 * outside the task folder.
 *
 * @param places where scripts and Node are; the default is right inside every sandbox.
 */
export function prepareCall(call: Pick<ToolCall, 'tool' | 'arguments'>, places: ToolPlaces = defaultPlaces): Prepared {
  const tool = tools.get(call.tool);
  if (tool === undefined)
    return {
      kind: 'refused',
      reason: `There is no tool "${call.tool.slice(0, 80)}". There are ${[...tools.keys()].join(', ')}.`,
    };
  const planned = tool.plan(call.arguments, places);
  if (planned.kind !== 'ok') return { kind: 'refused', reason: planned.reason };
  return { kind: 'ok', tool: tool.declaration.name, arguments: call.arguments, ...planned.plan };
}

/** What a person is shown before they approve a call: the command that will run and the request that will leave. */
export interface ActionPreview {
  readonly command: readonly string[];
  readonly request: ToolPlan['request'];
}

export function actionPreview(call: PreparedCall): ActionPreview {
  return { command: call.command.arguments, request: call.request };
}
