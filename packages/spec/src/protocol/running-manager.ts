/** What `manager.json` in the home says of the manager that runs there. A process is its id and its start time. */
export interface RunningManager {
  readonly pid: number;
  readonly startTime: string;
  /** Of the HTTP API; missing while it starts. */
  readonly url?: string;
  readonly tier?: string;
}
