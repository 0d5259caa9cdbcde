import type { Draft } from '@clawhold/policy';
import { ClawholdError } from '@clawhold/spec';
import { z } from '../http/openapi.ts';
import type { PolicyService } from './policy-service.ts';

/** A document in a request, at most 1 MiB of characters. */
export const documentText: z.ZodString = z.string().max(1_048_576);

/** Documents as they would be in force here: below the ceiling, with what they may extend. */
export interface DeskDocuments {
  documentOf(name: string, source: string): Draft;
  /** @throws ClawholdError `input_unknown_agent`. */
  inForce(agent: string | undefined): Draft;
}

export function deskDocuments(policies: PolicyService): DeskDocuments {
  const documentOf = (name: string, source: string): Draft => ({
    name,
    source,
    ceiling: { name: 'ceiling.yaml', source: policies.sources().ceiling },
    library: policies.library(),
  });
  return {
    documentOf,
    inForce(agent) {
      const { agents } = policies.sources();
      const source = agent !== undefined && Object.hasOwn(agents, agent) ? agents[agent] : undefined;
      if (source !== undefined) return documentOf(`policies/${agent}.yaml`, source);
      throw new ClawholdError('input_unknown_agent', `There is no policy of an agent "${agent ?? ''}".`, {
        status: 400,
        hint: `Name one of ${Object.keys(agents).join(', ')}, or send a document.`,
      });
    },
  };
}
