import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import type { PreparedCall } from '../prepare.ts';
import { prepareCall, sandboxScripts } from '../prepare.ts';
import type { CommandResult } from '../sandbox-command.ts';
import type { ToolResult } from '../tool.ts';

/** Runs a call here, without a sandbox, for tests: the same scripts, the same arguments, in a folder of the test. */
export async function runCall(
  folder: string,
  tool: string,
  values: Record<string, unknown>,
  environment: Record<string, string> = {},
): Promise<ToolResult> {
  const call = prepareCall({ tool, arguments: values }, { scripts: sandboxScripts, node: process.execPath });
  if (call.kind === 'refused') return { ok: false, output: call.reason, from: { kind: 'files', paths: [] } };
  return call.read(await runPlan(folder, call, environment));
}

async function runPlan(
  folder: string,
  call: PreparedCall,
  environment: Record<string, string>,
): Promise<CommandResult> {
  const [program, ...rest] = call.command.arguments;
  const child = spawn(program, rest, { cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...environment } });
  const ended = new Promise<CommandResult['end']>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) =>
      resolve(
        status === null ? { kind: 'killed', signal: signal ?? 0, reason: undefined } : { kind: 'exited', status },
      ),
    );
  });
  // A program that does not read its input has closed the pipe; that is its right.
  child.stdin.on('error', () => undefined).end(call.command.input);
  const [end, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
  return { end, stdout, stderr, missing: { stdout: 0, stderr: 0 } };
}
