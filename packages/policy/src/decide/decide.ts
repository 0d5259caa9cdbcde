import type { Decision, Question, Usage } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { decideEgress } from './decide-egress.ts';
import { decideInference } from './decide-inference.ts';
import { decideTool } from './decide-tool.ts';
import { Draft } from './draft.ts';
import { isReadable } from './readable.ts';

/**
 * The one decision. Pure and total: the same arguments always give the same answer, and nothing makes it throw; a
 * question that cannot be read is denied.
 *
 * Precedence: hard blocks and explicit denies, the ceiling, flow rules, rules and grants, the default. The default is
 * deny for egress; for a tool allow when its effect is `read` or `reversible` and ask otherwise; for a model allow,
 * without provider features. A single-use grant turns an ask into an allow, never a deny.
 *
 * @param usage counters and grants; read, never changed.
 * @param now milliseconds since 1970, for the expiry of grants.
 */
export function decide(question: Question, snapshot: Snapshot, usage: Usage, now: number): Decision {
  try {
    if (!isReadable(question)) return unreadable(snapshot);
    switch (question.kind) {
      case 'egress':
        return decideEgress(question, snapshot, usage, now);
      case 'tool':
        return decideTool(question, snapshot, usage, now);
      case 'inference':
        return decideInference(question, snapshot, usage, now);
      default:
        return question satisfies never;
    }
  } catch {
    // Only a question or a usage that broke its type gets here. Failing closed is the answer to it, not a crash.
    return unreadable(snapshot);
  }
}

function unreadable(snapshot: Snapshot): Decision {
  return new Draft(snapshot).deny({ code: 'hard_block', text: 'The question could not be read, so the answer is no.' });
}
