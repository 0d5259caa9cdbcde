import { quantile } from './quantile.ts';
import type { Row, Table } from './table.ts';

/** What is compared: its samples, or why there are none. */
export type Timing =
  | { readonly name: string; readonly samples: Iterable<number> }
  | { readonly name: string; readonly reason: string };

export interface TimingTableOptions {
  readonly title: string;
  /** Unit of the samples. */
  readonly unit: string;
  readonly decimals: number;
  readonly timings: readonly Timing[];
  /** Name of the timing that the others are divided by. Default: no column of ratios. */
  readonly against?: string;
}

/** Of so few samples the 95th and the 99th percentile are only other names for the worst. */
const enough = { p95: 20, p99: 100 } as const;

/** A table of medians and tails, with ratios of medians. */
export function timingTable({ title, unit, decimals, timings, against }: TimingTableOptions): Table {
  const measured = timings.map((timing) =>
    'reason' in timing ? timing : { name: timing.name, sorted: Float64Array.from(timing.samples).toSorted() },
  );
  const base = measured.find(({ name }) => name === against);
  const divisor = base !== undefined && 'sorted' in base ? quantile(base.sorted, 0.5) : Number.NaN;
  const rows = measured.map((timing): Row => {
    if ('reason' in timing) return timing;
    const { name, sorted } = timing;
    const median = quantile(sorted, 0.5);
    return {
      name,
      figures: {
        median,
        ...(sorted.length < enough.p95 ? {} : { p95: quantile(sorted, 0.95) }),
        ...(sorted.length < enough.p99 ? {} : { p99: quantile(sorted, 0.99) }),
        worst: sorted.at(-1) ?? Number.NaN,
        samples: sorted.length,
        ...(Number.isNaN(divisor) ? {} : { ratio: median / divisor }),
      },
    };
  });
  const tails = ['median', 'p95', 'p99', 'worst'].map((name) => ({ name, decimals }));
  const ratio = against === undefined ? [] : [{ name: 'ratio', decimals: 2 }];
  return { title, unit, columns: [...tails, { name: 'samples' }, ...ratio], rows };
}
