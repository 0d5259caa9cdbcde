import { type ApiClient, createApiClient, type Run, type TimelineEntry } from '@clawhold/client';
import type { CommandResult, Product } from '@clawhold/testkit';

/** Patience for what must come, on a machine with much else to do. */
export const patience = { timeout: 90_000, interval: 250 } as const;

/** The status of a command whose run finished, but not with all that was asked: what the scripted default model always does. */
export const notAllMet = 4;

/** The API as the operator uses it. */
export function operator({ url, token }: Pick<Product, 'url' | 'token'>): ApiClient {
  return createApiClient({ origin: url, headers: () => ({ authorization: `Bearer ${token}` }) });
}

/** What a command with `--json` printed. @throws SyntaxError when it printed anything else. */
export function printed<Value>({ stdout }: CommandResult): Value {
  return JSON.parse(stdout) as Value; // the shapes are those of the client
}

/** Every decision of a timeline that was no plain yes, as `kind what`. */
export function refusals(entries: readonly TimelineEntry[]): readonly string[] {
  return entries.flatMap(({ body }) =>
    body.kind === 'decision' && body.decision.kind !== 'allow' ? [`${body.decision.kind} ${body.what}`] : [],
  );
}

/** A run as `clawhold show --json` prints it. */
export type ShownRun = Run & { readonly timeline: readonly TimelineEntry[] };

/** How npm finds its registry on this machine, for products that install something. */
export function npmSettings(): Readonly<Record<string, string>> {
  const isMeant = (name: string): boolean => /^(npm_config_.*|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS)$/i.test(name);
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && isMeant(name) ? [[name, value]] : [],
  );
  return Object.fromEntries(own);
}
