// Stands before the first line of the program that was installed: keeps what OpenClaw's own audit says where it thinks.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

if (process.env['AUDITED'] === undefined) {
  process.env['AUDITED'] = 'yes';
  const audit = (...more) => {
    try {
      return execFileSync(process.execPath, [process.argv[1], 'security', 'audit', '--json', ...more], {
        encoding: 'utf8',
      });
    } catch (error) {
      return JSON.stringify({ failed: String(error.stderr) });
    }
  };
  mkdirSync('/task/workspace/memory', { recursive: true });
  writeFileSync('/task/workspace/memory/audit.md', audit());
}
