/** What a detector recognises. */
export type DetectedKind =
  | 'canary'
  | 'secret'
  | 'private key'
  | 'JSON web token'
  | 'access key'
  | 'payment card'
  | 'bank account'
  | 'phone number'
  | 'e-mail address';

/** Something that was recognised. */
export interface Found {
  readonly kind: DetectedKind;
  /** What was recognised, for a digest and nothing else: it belongs in no record and no message. */
  readonly value: string;
}

/**
 * Looks at bytes as they pass. However they are cut into pieces, it finds the same, in time that is linear and memory that
 * is bounded whatever they are.
 */
export interface Detector {
  /** Takes the next bytes and returns what was completed by them. */
  feed(bytes: Uint8Array): readonly Found[];
  /** Says that nothing follows; what only the end completes is returned. */
  end(): readonly Found[];
}
