import type { RunId, WithdrawnCredential } from '@clawhold/spec';
import type { IssuedToken, IssuedTokens } from './issued-tokens.ts';
import type { ValueSource } from './sources/value-source.ts';

/** What became of the tokens of a credential that nothing here uses any more. */
export interface Withdrawal extends WithdrawnCredential {
  readonly name: string;
  readonly cause: 'run_ended' | 'rotated' | 'removed';
  readonly run: RunId | null;
}

/** Ends tokens at their provider where it can; the others are kept in the list of what still stands. */
export async function withdrawTokens(
  name: string,
  { revoke }: Pick<ValueSource, 'revoke'>,
  tokens: readonly IssuedToken[],
  issued: IssuedTokens,
): Promise<WithdrawnCredential> {
  const revoked: IssuedToken[] = [];
  await Promise.all(
    tokens.map(async (token) => {
      const { text } = token;
      if (revoke !== undefined && text !== null && (await isRevoked(name, () => revoke(text)))) revoked.push(token);
    }),
  );
  const standing = tokens.filter((token) => !revoked.includes(token));
  await issued.settle(revoked, standing);
  const until = standing.length === 0 ? null : new Date(Math.max(...standing.map(({ expires }) => expires)));
  return { revoked: revoked.length, standing: standing.length, until: until?.toISOString() ?? null };
}

/** Whether a provider took something back. Why not is for the log. */
export async function isRevoked(name: string, revoke: () => Promise<void>): Promise<boolean> {
  try {
    await revoke();
    return true;
  } catch (error) {
    console.error(`The provider of the credential ${name} did not take a token back:`, String(error));
    return false;
  }
}
