import type { Meter } from '@clawhold/egress';
import { meterReason } from '@clawhold/policy';
import type { Obligation } from '@clawhold/spec';
import type { RunUsage } from './run-usage.ts';

/** Counts bytes as they pass; undefined when no budget counts them. */
export function createByteMeter(usage: RunUsage, obligations: readonly Obligation[]): Meter | undefined {
  const meters = obligations.filter((obligation) => obligation.kind === 'meter');
  if (meters.length === 0) return undefined;

  return async (bytes) => {
    const wanted = meters.map(({ counter, limit }) => ({ kind: 'reserve', counter, amount: bytes, limit }) as const);
    if (await usage.reserve(wanted)) return undefined;
    const full = meters.find(({ counter, limit }) => usage.spent(counter) + bytes > limit) ?? meters[0];
    return full === undefined ? undefined : meterReason(full);
  };
}
