/** Names and values as in `postgresql.conf`. */
export type Settings = Readonly<Record<string, string>>;

/**
 * For one team on one machine that is idle most of the time: little memory, few processes, full durability.
 * PostgreSQL's own defaults are for a server (128 MB of buffers, three I/O workers, logical replication).
 */
export const desktopSettings: Settings = {
  shared_buffers: '24MB',
  max_connections: '60',
  wal_buffers: '1MB',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  // 18 starts three processes for asynchronous reads; at this size synchronous reads are as fast.
  io_method: 'sync',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  max_parallel_workers: '0',
  max_worker_processes: '2',
  autovacuum_max_workers: '1',
  autovacuum_worker_slots: '2',
  // Compiling a query costs more than any of ours takes.
  jit: 'off',
  // A password that a role is given must not be stored in a weaker form.
  password_encryption: 'scram-sha-256',
  // Statements hold what people wrote; the log holds only what went wrong, without their values.
  log_min_error_statement: 'panic',
  log_line_prefix: '%m [%p] ',
};
