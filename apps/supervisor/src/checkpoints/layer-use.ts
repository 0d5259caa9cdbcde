import type { ViewLayers } from '@clawhold/sandbox';
import type { RunId } from '@clawhold/spec';

/** Who of this process uses layers although no book names them any more: they must not go away beneath them. */
export interface LayerUse {
  /** The sandbox of a run has these from now on, until it has others. */
  mounted(run: RunId, layers: ViewLayers): void;
  /** It will have none. */
  unmounted(run: RunId): void;
  /** Somebody reads views whose layers were named by a book that was read within. */
  looking<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Layers that are being made, and are nobody's before they are whole. */
  claim(layers: ViewLayers): Disposable;
  /** Those that may go. */
  idle(layers: ViewLayers): readonly string[];
  /** Those that no sandbox has, also when somebody looks at them. */
  unmountable(layers: ViewLayers): readonly string[];
}

export function createLayerUse(): LayerUse {
  const used = new Map<RunId | symbol, ViewLayers>();
  let looks = 0;

  const unmountable = ({ pool, names }: ViewLayers): readonly string[] => {
    const busy = new Set([...used.values()].filter((one) => one.pool === pool).flatMap((one) => one.names));
    return names.filter((name) => !busy.has(name));
  };

  return {
    mounted: (run, layers) => void used.set(run, layers),
    unmounted: (run) => void used.delete(run),
    async looking(work) {
      looks += 1;
      try {
        return await work();
      } finally {
        looks -= 1;
      }
    },
    claim(layers) {
      const claim = Symbol('layers');
      used.set(claim, layers);
      return { [Symbol.dispose]: () => void used.delete(claim) };
    },
    idle: (layers) => (looks > 0 ? [] : unmountable(layers)),
    unmountable,
  };
}
