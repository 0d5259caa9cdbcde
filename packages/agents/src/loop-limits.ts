/** Bounds of the loop's own patience with a model. What an installation may change stands in `limits` of the spec. */
export const loopLimits = {
  /** Turns in a row that hold no usable answer; then the run fails. */
  uselessTurnsInARow: 3,
  /** How often a claim to be done is sent back; after that it is accepted and called unverified. */
  reviews: 2,
  /** How often plain text without a call is answered with a reminder; after that it counts as the end. */
  reminders: 1,
  /** How often a conversation that a server called too long is shortened and sent again, for one turn. */
  shortenings: 2,
  planItems: 50,
  /** Waiting time before the second attempt of a model request, in milliseconds; doubles each time, with full jitter. */
  retryMilliseconds: 500,
  /** How much of a tool's output stays when older turns are cut down without a model's help, in characters. */
  excerptCharacters: 400,
} as const;
