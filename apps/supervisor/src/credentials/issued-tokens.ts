import { type Credential, id, type StandingToken } from '@clawhold/spec';
import { z } from 'zod';
import { inTurn } from '../order/in-turn.ts';
import type { SealedFolder } from './sealed-folder.ts';

/** No credential has such a name. */
export const tokensName = '+tokens';

const tokenSchema = z.object({
  credential: z.string(),
  /** When the secret that it was asked for with was stored. */
  written: z.string(),
  /** The only run that had it; null for one that runs share. */
  run: id('run').nullable(),
  /** Null for what cannot be handed back, such as keys. */
  text: z.string().nullable(),
  /** Milliseconds since 1970. */
  expires: z.number(),
});
/** A token that was asked for, and that its provider accepts until it ends. */
export type IssuedToken = Readonly<z.infer<typeof tokenSchema>>;

/** A credential with one of the secrets that it had. */
type SecretOf = Pick<Credential, 'name' | 'written'>;

/** Every token that is good somewhere, in a sealed file of its own: what a crash leaves behind is known after it. */
export interface IssuedTokens {
  /** Durable when it settles. */
  add(token: IssuedToken): Promise<void>;
  /** Those that were asked for with this secret and have not ended. */
  of(credential: SecretOf): readonly IssuedToken[];
  /** At a start: tokens of other secrets than these, and what was shared, is nobody's any more. */
  leaveAllBut(credentials: readonly SecretOf[]): Promise<void>;
  /** They are not used any more: some ended at their provider, the others stand until they end by themselves. */
  settle(revoked: readonly IssuedToken[], standing: readonly IssuedToken[]): Promise<void>;
  /** What nothing here uses any more and providers still accept. */
  standing(): readonly StandingToken[];
}

/** @param content what the sealed file had; undefined at the first start. */
export function openIssuedTokens(
  files: Pick<SealedFolder, 'write'>,
  content: Buffer | undefined,
  now: () => number,
): IssuedTokens {
  let tokens: readonly IssuedToken[] =
    content === undefined ? [] : z.array(tokenSchema).parse(JSON.parse(content.toString('utf8')));
  const left = new Set<IssuedToken>();
  const turn = inTurn();

  async function replace(next: readonly IssuedToken[]): Promise<void> {
    tokens = next.filter(({ expires }) => expires > now());
    for (const token of left) if (!tokens.includes(token)) left.delete(token);
    const text = JSON.stringify(tokens);
    await turn(() => files.write(tokensName, Buffer.from(text)));
  }

  const good = (): readonly IssuedToken[] => tokens.filter((token) => token.expires > now() && !left.has(token));

  return {
    add: (token) => replace([...tokens, token]),
    of: (credential) => good().filter((token) => isOf(token, credential)),
    async leaveAllBut(credentials) {
      for (const token of tokens)
        if (token.run === null || !credentials.some((one) => isOf(token, one))) left.add(token);
      if (tokens.length > 0) await replace(tokens);
    },
    async settle(revoked, standing) {
      if (revoked.length + standing.length === 0) return;
      for (const token of standing) left.add(token);
      await replace(tokens.filter((token) => !revoked.includes(token)));
    },
    standing: () =>
      [...left]
        .filter(({ expires }) => expires > now())
        .map(({ credential, run, expires }) => ({ credential, run, until: new Date(expires).toISOString() })),
  };
}

function isOf({ credential, written }: IssuedToken, { name, written: stored }: SecretOf): boolean {
  return credential === name && written === stored;
}
