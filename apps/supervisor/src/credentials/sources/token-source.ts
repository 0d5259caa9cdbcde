import type { Credential, RunId } from '@clawhold/spec';
import type { IssuedTokens } from '../issued-tokens.ts';
import { type Renewing, renewing } from './renewing.ts';
import type { Issuer, ValueSource } from './value-source.ts';

/**
 * Values of an issuer: one for each run where a token can be ended when its run does, one for all where it cannot. Each is
 * written down before it is used, so that it is known after a crash.
 */
export function tokenSource(
  { name, written }: Pick<Credential, 'name' | 'written'>,
  issuer: Issuer,
  issued: IssuedTokens,
  now: () => number,
): ValueSource {
  const holders = new Map<RunId | null, Renewing>();

  function holderOf(run: RunId | null): Renewing {
    const known = holders.get(run);
    if (known !== undefined) return known;
    const holder = renewing(name, now, async () => {
      const { value, expires } = await issuer.issue();
      const text = value.kind === 'text' ? value.text : null;
      await issued.add({ credential: name, written, run, text, expires });
      return { value, expires };
    });
    holders.set(run, holder);
    return holder;
  }

  return {
    current: (run) => holderOf(issuer.isForOneRun === true ? run : null).current(),
    async forget(run) {
      const leaving = run === undefined ? [...holders.keys()] : [run];
      const idle = leaving.map((one) => holders.get(one)?.idle());
      for (const one of leaving) holders.delete(one);
      await Promise.all(idle);
    },
    revoke: issuer.revoke,
    revokeGrant: issuer.revokeGrant,
  };
}
