import { limits } from '@clawhold/spec';
import { z } from 'zod';
import { failureOf, textOf } from './sandbox-command.ts';
import { effectivePrograms } from './shell/effective-programs.ts';
import { checkpoint, defineTool, type Tool } from './tool.ts';

const schema = z.strictObject({
  command: z.string().min(1).max(32_768).describe('Given to /bin/sh, with the task folder as its working folder.'),
  timeout_seconds: z
    .int()
    .min(1)
    .max(limits.commandSeconds)
    .optional()
    .describe(`The command is ended after this long. Default: ${limits.commandSeconds}.`),
});

export const shellExec: Tool = defineTool({
  name: 'shell.exec',
  description:
    'Runs a shell command in the task folder, inside the sandbox, and returns what it prints and its exit status. There are the usual Debian programs and Node.js at /opt/node/bin/node. It has no terminal and no standard input. The network is reached through a proxy that allows only what the policy allows.',
  effect: 'reversible',
  schema,
  plan: ({ command, timeout_seconds: seconds }) => ({
    kind: 'ok',
    plan: {
      effect: 'reversible',
      inverse: checkpoint,
      parameters: [{ name: 'command', role: 'plain', value: command }],
      writes: 'anything',
      programs: effectivePrograms(command) ?? null,
      request: null,
      browser: null,
      command: {
        arguments: ['/bin/sh', '-c', command],
        input: '',
        timeoutMilliseconds: (seconds ?? limits.commandSeconds) * 1_000,
        keepBytes: limits.commandOutputBytes,
      },
      read: (result) => {
        const ok = result.end.kind === 'exited' && result.end.status === 0;
        const ending =
          result.end.kind === 'exited' ? `exit status ${result.end.status}` : (failureOf(result) ?? 'It was ended.');
        const parts = [
          stream(textOf(result.stdout), result.missing.stdout),
          stream(textOf(result.stderr), result.missing.stderr, '--- standard error'),
          ok ? '' : `--- ${ending}`,
        ].filter((part) => part !== '');
        return { ok, output: parts.length === 0 ? '(no output)' : parts.join('\n'), from: { kind: 'anything' } };
      },
    },
  }),
});

function stream(text: string, missing: number, title?: string): string {
  if (text === '' && missing === 0) return '';
  const cut = missing === 0 ? '' : `\n--- ${missing} bytes are missing in the middle`;
  return `${title === undefined ? '' : `${title}\n`}${text.replace(/\n$/, '')}${cut}`;
}
