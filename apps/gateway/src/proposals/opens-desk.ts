import { ClawholdError, type GrantRule } from '@clawhold/spec';
import type { DeskDocuments } from '../policies/desk-documents.ts';
import type { PolicyDesk } from '../policies/policy-desk.ts';
import type { Opened, ProposedRule } from './new-proposal.ts';

/** Says what granting a rule opens, by example. */
export interface OpensDesk {
  of(rule: Pick<ProposedRule, 'agent' | 'policy'>, grants: readonly GrantRule[]): Promise<Opened>;
}

/** Examples that a person is shown; a rule that is narrow has few. */
const shown = 50;

export function createOpensDesk(desk: PolicyDesk, documents: DeskDocuments): OpensDesk {
  return {
    async of({ agent, policy }, grants) {
      try {
        const { changes, limits } = await desk.ask('opens', { document: documents.inForce(agent), policy, grants });
        const opens = changes.map(({ what, before, after, alike }) => ({ what, before, after, alike }));
        const more = opens.length > shown ? [`It opens ${opens.length - shown} more kinds of requests.`] : [];
        return { opens: opens.slice(0, shown), limits: [...limits, ...more] };
      } catch (error) {
        if (!(error instanceof ClawholdError)) throw error;
        return { opens: [], limits: [`Nobody could say what else it opens: ${error.message}`] };
      }
    },
  };
}
