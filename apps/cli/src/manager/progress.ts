import type { ManagerReport } from '@clawhold/spec';
import type { Output } from '../terminal/output.ts';
import { paint } from '../terminal/output.ts';

const titles: Readonly<Record<string, string>> = {
  home: 'state folder',
  database: 'database (PostgreSQL, Unix socket only)',
  gateway: 'gateway (API, approvals, ledger)',
  supervisor: 'supervisor (sandboxes, policy proxy, model door)',
  worker: 'worker (agent loop)',
};

const clearLine = '\r\u001b[K';

/** Draws the manager's reports: one line for each step that is done; on a terminal a last line with those under way. */
export function drawReport(output: Output): (report: ManagerReport) => void {
  const underWay = new Set<string>();

  function draw(line?: string): void {
    if (output.interactive) process.stdout.write(clearLine);
    if (line !== undefined) output.line(line);
    if (output.interactive && underWay.size > 0)
      process.stdout.write(`  ${paint.quiet('…')} ${paint.quiet([...underWay].join(', '))}`);
  }

  return (report) => {
    if (output.json) {
      process.stdout.write(`${JSON.stringify(report)}\n`);
      return;
    }
    if (report.kind === 'warning') draw(paint.warn(`! ${report.message}`));
    else if (report.kind !== 'step') {
      underWay.clear(); // whatever comes next begins on a line of its own
      draw();
    } else if (report.state === 'started') {
      underWay.add(report.name);
      draw();
    } else {
      underWay.delete(report.name);
      const title = titles[report.name] ?? report.name;
      draw(`  ${paint.good('✓')} ${title} ${paint.quiet(`${report.milliseconds ?? 0} ms`)}`);
    }
  };
}
