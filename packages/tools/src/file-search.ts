import { z } from 'zod';
import { type CommandResult, failureOf, textOf } from './sandbox-command.ts';
import { shownName, taskPath, taskPathSchema } from './task-path.ts';
import { defineTool, noInverse, refused, type Tool, type ToolResult } from './tool.ts';

const maximumMatches = 200;
const maximumLineLength = 400;

const schema = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .max(1_000)
    .regex(/^[^\n\r\0]*$/, 'a pattern is one line')
    .describe('What to look for in each line: a POSIX extended regular expression, or plain text with literal.'),
  path: taskPathSchema.optional().describe('File or folder, relative to the task folder. Default: the task folder.'),
  literal: z.boolean().optional().describe('Take the pattern as plain text. Default: false.'),
  ignore_case: z.boolean().optional().describe('Default: false.'),
});

export const fileSearch: Tool = defineTool({
  name: 'file.search',
  description: `Finds lines in the files of the task folder and returns them as path:line:text, at most ${maximumMatches}.`,
  effect: 'read',
  schema,
  plan: ({ pattern, path: asked = '', literal = false, ignore_case: ignoreCase = false }, places) => {
    const path = taskPath(asked);
    if (path.kind === 'refused') return refused(path.reason);
    return {
      kind: 'ok',
      plan: {
        effect: 'read',
        inverse: noInverse,
        parameters: [
          { name: 'pattern', role: 'plain', value: pattern },
          { name: 'path', role: 'plain', value: path.path },
        ],
        writes: [],
        programs: null,
        request: null,
        browser: null,
        command: {
          arguments: [
            '/bin/sh',
            `${places.scripts}/file-search.sh`,
            path.path,
            String(maximumMatches + 1),
            literal ? '--fixed-strings' : '--extended-regexp',
            ...(ignoreCase ? ['--ignore-case'] : []),
          ],
          input: `${pattern}\n`,
          timeoutMilliseconds: 30_000,
          keepBytes: 2 ** 20,
        },
        read: (result) => readMatches(result, path.path),
      },
    };
  },
});

interface Match {
  readonly path: string;
  readonly line: string;
  readonly text: string;
}

function readMatches(result: CommandResult, asked: string): ToolResult {
  const nothing = result.end.kind === 'exited' && result.end.status === 1 && result.stdout.length === 0;
  if (nothing) return { ok: true, output: 'No line matches.', from: { kind: 'files', paths: [] } };
  const matches = matchesIn(textOf(result.stdout));
  const failure = failureOf(result);
  // grep ends with 2 when it could not open one of many files; what it found counts all the same.
  if (failure !== undefined && matches.length === 0)
    return { ok: false, output: failure, from: { kind: 'files', paths: [asked] } };
  const shown = matches.slice(0, maximumMatches);
  const lines = shown.map(({ path, line, text }) => `${shownName(path)}:${line}:${shortened(text)}`);
  if (matches.length > maximumMatches || result.missing.stdout > 0) lines.push('(there are more; narrow the search)');
  return {
    ok: true,
    output: lines.join('\n'),
    from: { kind: 'files', paths: [...new Set(shown.map(({ path }) => path))] },
  };
}

/**
 * Reads `path NUL line:text`. A name may hold line breaks, so the records are taken one after the other: a line of text
 * never is the beginning of a name.
 */
function matchesIn(output: string): readonly Match[] {
  const matches: Match[] = [];
  let at = 0;
  while (at < output.length) {
    const nul = output.indexOf('\0', at);
    if (nul === -1) break;
    const colon = output.indexOf(':', nul);
    const end = output.indexOf('\n', nul);
    const stop = end === -1 ? output.length : end;
    if (colon === -1 || colon > stop) break;
    const path = output.slice(at, nul).replace(/^\.\//, '');
    matches.push({ path, line: output.slice(nul + 1, colon), text: output.slice(colon + 1, stop) });
    at = stop + 1;
  }
  return matches;
}

function shortened(text: string): string {
  return text.length > maximumLineLength ? `${text.slice(0, maximumLineLength)}… (${text.length} characters)` : text;
}
