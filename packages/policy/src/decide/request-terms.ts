import type { Effect, EgressQuestion, EndpointRule, MiddlewareContent } from '@clawhold/spec';
import type { CompiledRule } from '../compile/compiled-endpoint.ts';
import type { Snapshot } from '../compile/snapshot.ts';
import { effectOf } from './effect.ts';
import { type EndpointMatch, matchEndpoints } from './match-endpoints.ts';

/** What the rules that match a request say about it, beyond whether it may happen. */
export interface RequestTerms {
  /** JSON pointers (RFC 6901) into the body, or `query:<key>`: values that choose where something goes. */
  readonly destinations: readonly string[];
  /** What the innermost rule says that says something; without one what the protocol says. */
  readonly effect: Effect;
  readonly inverse: NonNullable<EndpointRule['inverse']> | null;
}

/** What is taken out of the body of a request to this host before it is decided: by every layer that says so. */
export function takenOut(host: string, { layers }: Snapshot): readonly MiddlewareContent[] {
  const contents = layers.flatMap(({ middlewares }) =>
    middlewares.flatMap(({ isFor, takesOut }) => (isFor(host) ? takesOut : [])),
  );
  return contents.length < 2 ? contents : [...new Set(contents)];
}

/**
 * Looks up what must be read from a request before {@link decide} is asked about it, and how it would be taken back.
 * Destinations add up over the layers; effect and inverse are those of the innermost layer that says something.
 */
export function requestTerms(question: EgressQuestion, snapshot: Snapshot): RequestTerms {
  const destinations = new Set<string>();
  const matches: EndpointMatch[] = [];
  let inverse: RequestTerms['inverse'] = null;
  for (const layer of snapshot.layers) {
    const { operation } = question;
    const match = matchEndpoints(layer, question);
    const { selected, rule } = match;
    matches.push(match);
    if (operation !== undefined)
      for (const endpoint of selected) {
        const matching: CompiledRule[] = [];
        endpoint.rules.find(operation, matching);
        for (const { destinations: pointers, qualifier } of matching)
          if (qualifier === null || qualifier(operation) !== false)
            for (const pointer of pointers) destinations.add(pointer);
      }
    inverse = rule?.inverse ?? inverse;
  }
  return { destinations: [...destinations], effect: effectOf(question, matches), inverse };
}
