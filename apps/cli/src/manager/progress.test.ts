import type { ManagerReport } from '@clawhold/spec';
import { afterEach, expect, test, vi } from 'vitest';
import { createOutput } from '../terminal/output.ts';
import { drawReport } from './progress.ts';

afterEach(() => void vi.restoreAllMocks());

/** What stands on a screen after the text: `\r` and "erase to the end of the line" are all that is used. */
function screen(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\r\u001b[K').at(-1))
    .join('\n');
}

function draw(interactive: boolean, reports: readonly ManagerReport[]): string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += String(part);
    return true;
  });
  const drawOne = drawReport({ ...createOutput(false), interactive });
  for (const report of reports) drawOne(report);
  vi.restoreAllMocks();
  return text;
}

function step(name: string, state: 'started' | 'done'): ManagerReport {
  return { kind: 'step', name, state, ...(state === 'done' ? { milliseconds: 5 } : {}) };
}

const under = [step('database', 'started'), step('gateway', 'started'), step('worker', 'started')];

test('a terminal shows what is done, and in its last line what is under way', () => {
  expect(screen(draw(true, [...under, step('gateway', 'done')]))).toMatch(
    /^ {2}✓ gateway .* 5 ms\n {2}… database, worker$/,
  );
  expect(screen(draw(true, [...under, { kind: 'warning', message: 'Slow.' }]))).toMatch(
    /^! Slow\.\n {2}… database, gateway/,
  );
});

test('what comes after a failed start begins on an empty line', () => {
  const failed: ManagerReport = { kind: 'failed', code: 'host_port_busy', message: 'Busy.' };
  expect(screen(draw(true, [...under, failed]))).toBe('');
  const text = draw(true, [...under, failed, step('gateway', 'done')]);
  expect(screen(text)).not.toContain('…');
});

test('a pipe gets whole lines of what is done, and no control characters', () => {
  const text = draw(false, [...under, ...under.map((one) => ({ ...one, state: 'done' as const, milliseconds: 7 }))]);
  expect(text.match(/ 7 ms\n/g)).toHaveLength(3);
  for (const sign of ['\r', '\u001b', '…']) expect(text).not.toContain(sign);
});
