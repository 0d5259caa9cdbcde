/**
 * The value below which `share` (0 to 1) of the samples lie; `sorted` ascends. Between two samples it is interpolated,
 * so that of few samples the median is not the luckier one. NaN of no samples.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}
