declare module 'vitest' {
  export interface ProvidedContext {
    /** The Unix socket on which the run's main process tells where the database is. */
    databaseBroker: string;
  }
}
