import { failureOf, type SandboxCommand, textOf } from './sandbox-command.ts';
import { taskFile } from './task-path.ts';
import { checkpoint, type Planned, refused, type ToolParameter, type ToolPlan } from './tool.ts';

/** Plans a call on one file of the task folder; a path that is none is refused. */
export function planOnFile(asked: string, plan: (file: string) => ToolPlan): Planned {
  const path = taskFile(asked);
  return path.kind === 'refused' ? refused(path.reason) : { kind: 'ok', plan: plan(path.path) };
}

export interface FileChange {
  /** The argument that goes into the file. */
  readonly content: Pick<ToolParameter, 'name' | 'value'>;
  readonly command: (file: string) => Pick<SandboxCommand, 'arguments' | 'input'>;
}

/** Plans a change of one file, which its checkpoint takes back. The command says in a line what it did. */
export function planFileChange(asked: string, { content, command }: FileChange): Planned {
  return planOnFile(asked, (file) => ({
    effect: 'reversible',
    inverse: checkpoint,
    parameters: [
      { name: 'path', role: 'plain', value: file },
      { ...content, role: 'content' },
    ],
    writes: [file],
    programs: null,
    request: null,
    browser: null,
    command: { ...command(file), timeoutMilliseconds: 30_000, keepBytes: 4_096 },
    read: (result) => {
      const failure = failureOf(result);
      return {
        ok: failure === undefined,
        output: failure ?? textOf(result.stdout).trim(),
        from: { kind: 'files', paths: [file] },
      };
    },
  }));
}
