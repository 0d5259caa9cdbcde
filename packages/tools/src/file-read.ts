import { limits } from '@clawhold/spec';
import { z } from 'zod';
import { planOnFile } from './plan-on-file.ts';
import { failureOf, textOf } from './sandbox-command.ts';
import { taskPathSchema } from './task-path.ts';
import { defineTool, noInverse, type Tool } from './tool.ts';

const defaultLines = 2_000;

const schema = z.strictObject({
  path: taskPathSchema,
  offset: z.int().min(1).max(1_000_000_000).optional().describe('First line to return, counted from 1. Default: 1.'),
  limit: z.int().min(1).max(100_000).optional().describe(`Lines to return at most. Default: ${defaultLines}.`),
});

export const fileRead: Tool = defineTool({
  name: 'file.read',
  description:
    'Returns the text of one file of the task folder. Long files come in parts: use offset and limit. A PDF comes as its text.',
  effect: 'read',
  schema,
  plan: ({ path, offset = 1, limit = defaultLines }, places) =>
    planOnFile(path, (file) => ({
      effect: 'read',
      inverse: noInverse,
      parameters: [{ name: 'path', role: 'plain', value: file }],
      writes: [],
      programs: null,
      request: null,
      browser: null,
      command: {
        arguments: [
          '/bin/sh',
          `${places.scripts}/file-read.sh`,
          file,
          String(offset),
          String(limit),
          // One byte more than is shown says that there is more.
          String(limits.fileReadBytes + 1),
          places.node,
        ],
        input: '',
        timeoutMilliseconds: 30_000,
        keepBytes: limits.fileReadBytes + 4_096,
      },
      read: (result) => {
        const from = { kind: 'files', paths: [file] } as const;
        const failure = failureOf(result);
        if (failure !== undefined) return { ok: false, output: withoutKind(failure), from };
        return { ok: true, output: shown(result.stdout, textOf(result.stderr), offset, limit), from };
      },
    })),
});

const kindLine = /^kind=(\w+) size=(\d+) lines=(\d+)\n?/m;

function withoutKind(text: string): string {
  return text.replace(kindLine, '').trim() || 'The file cannot be read.';
}

function shown(bytes: Uint8Array, about: string, offset: number, limit: number): string {
  const [, kind, size = '0', counted = '0'] = kindLine.exec(about) ?? [];
  if (kind === 'binary') return `(a binary file of ${size} bytes; its content is not text)`;
  const note = /^note=(.*)$/m.exec(about)?.[1];
  if (kind === 'pdf') return pdfPart(textOf(bytes), offset, limit) + (note === undefined ? '' : `(${note})`);
  const text = textOf(atLineEnd(bytes));
  const total = Number(counted);
  const last = offset - 1 + lineCount(text);
  if (total === 0) return '(an empty file)';
  if (offset > total) return `(the file has ${total} lines only)`;
  return last >= total ? text : `${text}\n(lines ${offset} to ${last} of ${total}; go on with offset ${last + 1})`;
}

/** Cuts at the end of a line: half a line could end in half a number that looks whole. */
function atLineEnd(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= limits.fileReadBytes) return bytes;
  const end = bytes.lastIndexOf(0x0a, limits.fileReadBytes - 1);
  return bytes.subarray(0, end === -1 ? limits.fileReadBytes : end + 1);
}

function lineCount(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function pdfPart(text: string, offset: number, limit: number): string {
  const lines = text.split('\n');
  const part = lines.slice(offset - 1, offset - 1 + limit).join('\n');
  return offset - 1 + limit >= lines.length
    ? part
    : `${part}\n(lines ${offset} to ${offset - 1 + limit} of ${lines.length})`;
}
