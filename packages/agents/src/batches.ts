import { limits } from '@clawhold/spec';

/**
 * Cuts the calls of a turn into groups that may run at the same time: reads next to each other, at most
 * `limits.parallelSteps` of them. Every other call is alone, because its effect may be what the next one relies on.
 */
export function batchCalls<Call>(
  calls: readonly Call[],
  isRead: (call: Call) => boolean,
): readonly (readonly Call[])[] {
  const batches: Call[][] = [];
  let open: Call[] | undefined;
  for (const call of calls) {
    if (!isRead(call)) {
      batches.push([call]);
      open = undefined;
    } else if (open !== undefined && open.length < limits.parallelSteps) {
      open.push(call);
    } else {
      open = [call];
      batches.push(open);
    }
  }
  return batches;
}
