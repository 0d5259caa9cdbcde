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

/** Draws the manager's reports: one line for each step, with its time. */
export function drawReport(output: Output): (report: ManagerReport) => void {
  return (report) => {
    if (output.json) {
      process.stdout.write(`${JSON.stringify(report)}\n`);
      return;
    }
    if (report.kind === 'warning') output.line(paint.warn(`! ${report.message}`));
    if (report.kind !== 'step') return;
    const title = titles[report.name] ?? report.name;
    if (report.state === 'done') {
      const line = `  ${paint.good('✓')} ${title} ${paint.quiet(`${report.milliseconds ?? 0} ms`)}`;
      output.line(output.interactive ? `\r\u001b[K${line}` : line);
    } else if (output.interactive) process.stdout.write(`  ${paint.quiet('…')} ${title}`);
  };
}
