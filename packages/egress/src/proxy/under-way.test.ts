import type { EgressQuestion } from '@clawhold/spec';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decision, external } from '../testing.ts';
import { createUnderWayTable, type UnderWay } from './under-way.ts';

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('enter' as const), host: fc.constantFrom('kept', 'closed') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconsider' as const) }) },
);

function questionTo(host: string): EgressQuestion {
  const caller = { agent: 'default', run: 'run_0000000000', sandbox: 'sbx_0000000000' } as const;
  return { kind: 'egress', caller, host, port: 80, scheme: 'tcp', data: external };
}

test('a change of policy cuts what it forbids of what is under way, once, and nothing that is over', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const table = createUnderWayTable(({ host }) => decision(host === 'kept' ? 'allow' : 'deny'));
      const open: { readonly host: string; readonly entry: UnderWay; readonly number: number }[] = [];
      const cut: number[] = [];
      const wanted: number[] = [];
      for (const [number, one] of steps.entries()) {
        if (one.kind === 'enter') {
          const decided = [{ question: questionTo(one.host), decision: decision('allow') }];
          const entry = table.enter({ decided, generation: table.generation, cut: () => cut.push(number) });
          open.push({ host: one.host, entry, number });
        } else if (one.kind === 'leave') {
          // Also what was cut leaves when its connections end.
          open[one.which]?.entry.leave();
          if (open[one.which] !== undefined) open.splice(one.which, 1);
        } else {
          const closed = open.filter(({ host, number: which }) => host === 'closed' && !wanted.includes(which));
          wanted.push(...closed.map(({ number: which }) => which));
          expect(table.reconsider()).toBe(closed.length);
        }
      }
      expect(cut.toSorted((a, b) => a - b)).toEqual(wanted.toSorted((a, b) => a - b));
    }),
  );
});
