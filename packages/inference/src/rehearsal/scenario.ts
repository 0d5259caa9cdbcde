/**
 * A scenario of the rehearsal model: what a scripted model says and does, as plain data. The scenario sees what a model
 * sees, the conversation, and nothing else; it keeps no state between turns.
 *
 * Tools are written with their dotted names (`file.read`); on the wire the dot is an underscore. Patterns are regular
 * expressions, matched without regard to case, in which `.` matches line ends too.
 */
export interface Scenario {
  readonly scenario: string;
  readonly description: string;
  /** A message that matches begins the task; without it, the first message after a finished answer does. */
  readonly task?: RegExp | undefined;
  readonly values?: Readonly<Record<string, ValueSource>> | undefined;
  /** Sentences that depend on what happened, for use as `{{name}}`. */
  readonly phrases?: Readonly<Record<string, readonly Phrase[]>> | undefined;
  /** The first step whose conditions hold is played. */
  readonly steps: readonly Step[];
  /** When no step fits. Default: an honest sentence. */
  readonly otherwise?: ReplyTemplate | undefined;
}

export interface Step extends ReplyTemplate {
  readonly name: string;
  readonly when?: Condition | undefined;
  /** Play it again when its conditions hold again. Default: a step that made calls is played once. */
  readonly repeat?: boolean | undefined;
}

/** One way to say something; the first whose conditions hold is said. */
export interface Phrase {
  readonly when?: Condition | undefined;
  readonly say: string;
}

/** What a step says and calls; texts may hold `{{value}}`. */
export interface ReplyTemplate {
  readonly say?: string | undefined;
  readonly call?: readonly CallTemplate[] | undefined;
}

export interface CallTemplate {
  /** Names the call for `step.call`. Default: the tool's name, with hyphens for dots. */
  readonly name?: string | undefined;
  readonly tool: string;
  /** A text that is only one `{{value}}` with many matches becomes a list. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** One call for each match of this value, which is `{{item}}` in the arguments. */
  readonly each?: string | undefined;
}

/** When a step fits: all of it must hold. */
export interface Condition {
  /** The task, in the person's words. */
  readonly task?: RegExp | undefined;
  /** The newest words of the user, when the loop adds some of its own after the task. */
  readonly prompt?: RegExp | undefined;
  /** Answers of the model since the task. */
  readonly turns?: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined;
  /** Steps that were taken. */
  readonly after?: readonly string[] | undefined;
  /** For each of these there is a result. */
  readonly results?: readonly ResultPattern[] | undefined;
  /** For none of these there is one. */
  readonly without?: readonly ResultPattern[] | undefined;
  /** Values that were found. */
  readonly found?: readonly string[] | undefined;
}

/** Picks tool results: all of it must hold. */
export interface ResultPattern {
  /** `step` or `step.call`: the result of a call that this scenario made. */
  readonly call?: string | undefined;
  readonly tool?: string | undefined;
  /** `denied`: the result is a policy refusal. `ok`: it is anything else. */
  readonly state?: 'ok' | 'denied' | undefined;
  readonly text?: RegExp | undefined;
  /** A JSON pointer (RFC 6901) into a result that is JSON. */
  readonly pointer?: string | undefined;
  /** What the text at `pointer` must match. */
  readonly matches?: RegExp | undefined;
}

/** Where a value is taken from: tool results, or the task when no result is named. */
export interface ValueSource {
  readonly from?: ResultPattern | undefined;
  /** Into a result that is JSON; before `pattern`. */
  readonly pointer?: string | undefined;
  /** The first group, or the whole match without one. */
  readonly pattern?: RegExp | undefined;
  /** Every match in every result, each once, in order; else the first one. */
  readonly every?: boolean | undefined;
  /** When nothing was found. */
  readonly default?: string | undefined;
}
