import pg from 'pg';

export interface PoolOptions {
  /** Connections at most. */
  readonly max: number;
  /** Told when an idle connection breaks; the pool replaces it by itself. Default: nobody is. */
  readonly onLost?: (error: Error) => void;
}

/**
 * Opens a pool that outlives its server: the only place that makes one. A pool listens for errors of its idle connections
 * only. One that is handed out, or was just thrown away, also says when its server goes (`EPIPE`, `57P01`), and an error
 * that nobody listens for ends the process. Whoever waits for a query gets its error all the same.
 */
export function openPool(url: string, { max, onLost = () => undefined }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  pool.on('error', onLost);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
}
