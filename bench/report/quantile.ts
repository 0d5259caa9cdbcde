/** The value that `share` (0 to 1) of the samples do not exceed; `sorted` ascends. NaN of no samples. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
