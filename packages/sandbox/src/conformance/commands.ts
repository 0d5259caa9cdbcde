import { scale, verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { type ConformanceSubject, scene } from './subject.ts';

/** Running commands: streams, ends, limits. */
export function testCommands(subject: ConformanceSubject): void {
  describe('commands', () => {
    test('tells exit, signal and a program that does not exist apart', async () => {
      const { sandbox } = await scene(subject);
      const end = async (...args: [string, ...string[]]): Promise<unknown> =>
        (await sandbox.run({ arguments: args })).end;
      expect(await end('sh', '-c', 'exit 7')).toEqual({ kind: 'exited', status: 7 });
      expect(await end('sh', '-c', 'exit 127')).toEqual({ kind: 'exited', status: 127 });
      expect(await end('sh', '-c', 'kill -TERM $$')).toEqual({ kind: 'killed', signal: 'SIGTERM', reason: undefined });
      expect(await end('no-such-program')).toEqual({ kind: 'not-run', error: 'ENOENT' });
      expect(await end('/etc/passwd')).toEqual({ kind: 'not-run', error: 'EACCES' });
      expect((await sandbox.run({ arguments: ['true'], folder: '/missing' })).end).toEqual({
        kind: 'not-run',
        error: 'ENOENT',
      });
    });

    test('passes input of any size and keeps the streams apart', async () => {
      const { sandbox } = await scene(subject);
      const input = Buffer.alloc(3 * 1024 * 1024, 'abcdefg');
      const result = await sandbox.run({
        arguments: ['sh', '-c', 'cat; echo done >&2'],
        input,
        keepBytes: 8 * 1024 * 1024,
      });
      expect(Buffer.from(result.stdout).equals(input)).toBe(true);
      expect(Buffer.from(result.stderr).toString()).toBe('done\n');
      const ignored = await sandbox.run({ arguments: ['true'], input });
      expect(ignored.end).toEqual({ kind: 'exited', status: 0 });
    });

    test('talks with an interactive program', async () => {
      const { sandbox } = await scene(subject);
      const running = sandbox.execute({
        arguments: ['sh', '-c', 'while read line; do echo "got $line"; done'],
        interactive: true,
      });
      const lines: string[] = [];
      await running.write('one\n');
      for await (const { bytes } of running) {
        lines.push(Buffer.from(bytes).toString());
        if (lines.length === 1) await running.write('two\n');
        else running.closeInput();
      }
      expect(lines.join('')).toBe('got one\ngot two\n');
    });

    test('cuts long output in the middle and says how much is missing', async () => {
      const { sandbox } = await scene(subject);
      const result = await sandbox.run({
        arguments: ['sh', '-c', 'echo first; head -c 1000000 /dev/zero; echo last'],
        keepBytes: 1_000,
      });
      expect(result.stdout.length).toBe(1_000);
      expect(Buffer.from(result.stdout).toString()).toMatch(/^first\n.*last\n$/s);
      expect(result.missing.stdout).toBe(1_000_011 - 1_000);
    });

    test(verifies('sandbox.bounded-output', 'a program whose output nobody takes waits at its pipe'), async () => {
      const { sandbox, sh } = await scene(subject);
      const running = sandbox.execute({ arguments: ['sh', '-c', 'yes | head -c 50000000; touch finished'] });
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await sh('ls finished || echo waiting')).toContain('waiting');
      let total = 0;
      for await (const { bytes } of running) total += bytes.length;
      expect(total).toBe(50_000_000);
    });

    test(verifies('sandbox.output-limit', 'a program beyond its output limit is killed'), async () => {
      const { sandbox } = await scene(subject);
      const result = await sandbox.run({ arguments: ['yes'], outputLimitBytes: 100_000 });
      expect(result.end).toEqual({ kind: 'killed', signal: 'SIGKILL', reason: 'output-limit' });
      expect(result.stdout.length).toBe(100_000);
    });

    test(verifies('sandbox.timeout', 'a program beyond its time is killed with its group'), async () => {
      const { sandbox, sh } = await scene(subject);
      const result = await sandbox.run({ arguments: ['sh', '-c', 'sleep 1000 & sleep 1000'], timeoutMilliseconds: 50 });
      expect(result.end).toEqual({ kind: 'killed', signal: 'SIGKILL', reason: 'timeout' });
      expect(await sh('pgrep sleep || echo none')).toBe('none');
    });

    test('runs many commands at a time', async () => {
      const { sandbox } = await scene(subject);
      for (let round = 0; round < scale(1); round++) {
        const results = await Promise.all(
          Array.from({ length: 40 }, (_, index) => sandbox.run({ arguments: ['sh', '-c', `echo ${index}`] })),
        );
        expect(results.map(({ stdout }) => Buffer.from(stdout).toString().trim())).toEqual(
          results.map((_, index) => String(index)),
        );
      }
    });

    test('a background program outlives its command and its output pipe', async () => {
      const { sh } = await scene(subject);
      expect(await sh('(sleep 0.1; echo late; touch survived) & echo started')).toBe('started');
      expect(await sh('while ! test -e survived; do sleep 0.02; done; echo yes')).toBe('yes');
    });

    test('works in /task with a writable home, its streams reopened by name', async () => {
      const { sh } = await scene(subject);
      expect(await sh('pwd; echo out > /dev/stdout; touch ~/x && whoami')).toBe('/task\nout\nagent');
    });
  });
}
