import type { FoundSecret } from '@clawhold/harness/adoption';

/** A secret that goes to the store of the platform. */
export interface PlannedCredential {
  readonly name: string;
  readonly secret: string;
  readonly host: string;
  readonly port: number;
  readonly place: string;
  readonly where: string;
}

/** A secret that goes nowhere, and why. */
export interface DroppedSecret {
  readonly where: string;
  readonly why: string;
}

export interface SecretPlan {
  readonly credentials: readonly PlannedCredential[];
  readonly dropped: readonly DroppedSecret[];
  /** Each value, with the words that take its place wherever it is found in what is taken over. */
  readonly words: ReadonlyMap<string, string>;
}

/** What the store takes as one secret, in bytes: `secretLength` of the platform's vocabulary. */
const mostBytes = 16_384;

/** Says what becomes of each secret that was found. */
export function planSecrets(agent: string, secrets: readonly FoundSecret[]): SecretPlan {
  const credentials: PlannedCredential[] = [];
  const dropped: DroppedSecret[] = [];
  const words = new Map<string, string>();
  for (const { value, where, service, becomes } of secrets) {
    const why = 'dropped' in becomes ? becomes.dropped : unfit(value);
    if ('dropped' in becomes || why !== undefined) {
      dropped.push({ where, why: why ?? '' });
      words.set(value, '[a secret stood here]');
      continue;
    }
    const name = freeName(`${agent}-${service}`, credentials);
    credentials.push({ name, secret: value, where, ...becomes.use });
    words.set(value, `[a secret stood here: it is the credential ${name} now]`);
  }
  return { credentials, dropped, words };
}

function unfit(value: string): string | undefined {
  if (/\p{Cc}/u.test(value)) return 'it has several lines: store it yourself with "npx clawhold credentials add"';
  return Buffer.byteLength(value) > mostBytes ? 'it is longer than a secret can be' : undefined;
}

function freeName(wanted: string, taken: readonly PlannedCredential[]): string {
  const base = wanted
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 55)
    .replace(/-+$/, '');
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (taken.every((one) => one.name !== name)) return name;
  }
}
