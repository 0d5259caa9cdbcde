/** What an agent is set to do. */
export interface Assignment {
  /** The person's own words. */
  readonly task: string;
  /** `provider/model` of the run. */
  readonly model: string;
  /** Program and arguments, where the manifest names them. */
  readonly command: readonly string[];
}

/** A program to start in the sandbox, with `/task` as its folder. */
export interface Start {
  readonly arguments: readonly [string, ...string[]];
  /** Added to what every command of the sandbox has. No secret: whatever stands here, the agent can read. */
  readonly environment: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed. */
  readonly input: string;
}

/**
 * One kind of third-party agent: all that the platform has to know of it. Where a decision is needed nothing here is asked:
 * network, model traffic, proposed calls, approvals, files and stop are the same for every program in a sandbox.
 */
export interface Harness {
  /** How the agent is started on a task. @throws ClawholdError `input_agent_manifest` when it cannot be. */
  start(assignment: Assignment): Start;
}
