import type { Shape } from '@clawhold/detect';
import type { Decision, Inspector } from '@clawhold/spec';
import type { PinTerms } from '../answers/tool-pins.ts';
import type { CredentialTerm } from '../credentials/permission.ts';
import type { ForbiddenAnswer } from '../detection/forbidden-answer.ts';

/** How messages are read. */
export interface Reading {
  readonly protocol: Inspector;
  /** At most so many bytes; undefined when the policy does not say. */
  readonly bytes: number | undefined;
  /** mcp: a tool may have any name that can be shown. */
  readonly anyToolName: boolean;
}

/** The obligations of a decision that the proxy itself keeps. */
export interface Terms {
  /** Connect to this service instead of resolving the host. */
  readonly service: string | undefined;
  /** Read inside the tunnel. */
  readonly inspect: 'terminate' | 'none' | undefined;
  /** Read what follows the head. */
  readonly reads: Reading | undefined;
  /** Bytes of body; Infinity without a cap. */
  readonly requestCap: number;
  readonly responseCap: number;
  /** Lists of addresses and CIDR blocks; the host resolves to these, in each list. */
  readonly addresses: readonly (readonly string[])[];
  /** Lists of media types; the type of an answer with a body is in each. */
  readonly mediaTypes: readonly (readonly string[])[];
  /** One list for each decision; a credential is filled in where each of them names it. */
  readonly credentials: readonly (readonly CredentialTerm[])[];
  /** What a request may not hold, known by its form. */
  readonly forbidden: readonly Shape[];
  /** What an answer may not hold. */
  readonly forbiddenInAnswers: readonly ForbiddenAnswer[];
  /** Tools of a server whose description is not the pinned one are withheld; undefined when nothing is pinned. */
  readonly pins: PinTerms | undefined;
  /** An answer that cannot be read as it comes does not pass. */
  readonly readsAnswer: boolean;
}

/**
 * Sorts obligations. A kind that is new and not handled here does not compile.
 *
 * @param mostOfAnswer bytes of the body of an answer, where no obligation names fewer. Default: as many as come.
 */
export function readTerms(decision: Decision, mostOfAnswer: number = Number.POSITIVE_INFINITY): Terms {
  let service: string | undefined;
  let inspect: Terms['inspect'];
  let reads: Terms['reads'];
  let requestCap = Number.POSITIVE_INFINITY;
  let responseCap = mostOfAnswer;
  const addresses: (readonly string[])[] = [];
  const mediaTypes: (readonly string[])[] = [];
  const credentials: CredentialTerm[] = [];
  const forbidden: Shape[] = [];
  const forbiddenInAnswers: ForbiddenAnswer[] = [];
  let pins: PinTerms | undefined;
  for (const obligation of decision.obligations) {
    switch (obligation.kind) {
      case 'service':
        service = obligation.name;
        break;
      case 'inspect':
        inspect = obligation.tls;
        if (obligation.protocol !== 'rest') {
          const { protocol, bytes, anyToolName = false } = obligation;
          reads = { protocol, bytes, anyToolName };
        }
        break;
      case 'cap':
        if (obligation.direction === 'request') requestCap = Math.min(requestCap, obligation.bytes);
        else responseCap = Math.min(responseCap, obligation.bytes);
        break;
      case 'addresses':
        addresses.push(obligation.allowed);
        break;
      case 'content_types':
        mediaTypes.push(obligation.allowed);
        break;
      case 'forbid':
        // The labels `internal` and `secret` of what leaves were looked at by the decision; what comes has no such label.
        if (obligation.direction === 'request')
          forbidden.push(...obligation.contents.filter((word) => word === 'pii' || word === 'credentials'));
        else forbiddenInAnswers.push(...obligation.contents.filter((word) => word !== 'internal'));
        break;
      case 'pin_tool_descriptions':
        pins = stricter(pins, obligation);
        break;
      case 'credential':
        credentials.push(obligation);
        break;
      // Kept by the supervisor: the first ones before the effect, in `before`, the label when it is told of the answer.
      case 'reserve':
      case 'meter':
      case 'consume_grant':
      case 'record':
      case 'label_response':
        break;
      // For others: what was learnt is the supervisor's, and so is who must agree; models have a door of their own.
      case 'propose':
      case 'approvers':
      case 'redact':
        break;
      default:
        obligation satisfies never;
    }
  }
  return {
    service,
    inspect,
    reads,
    requestCap,
    responseCap,
    addresses,
    mediaTypes,
    credentials: [credentials],
    forbidden,
    forbiddenInAnswers,
    pins,
    readsAnswer: false,
  };
}

/** What two messages of one request demand together; they go to one host, so what differs is added up. */
export function bothTerms(a: Terms, b: Terms): Terms {
  return {
    ...a,
    requestCap: Math.min(a.requestCap, b.requestCap),
    responseCap: Math.min(a.responseCap, b.responseCap),
    addresses: [...a.addresses, ...b.addresses],
    mediaTypes: [...a.mediaTypes, ...b.mediaTypes],
    credentials: [...a.credentials, ...b.credentials],
    forbidden: [...new Set([...a.forbidden, ...b.forbidden])],
    forbiddenInAnswers: [...new Set([...a.forbiddenInAnswers, ...b.forbiddenInAnswers])],
    pins: stricter(a.pins, b.pins),
  };
}

/** One list for both: the tools of a server are pinned under one name, that of the outermost layer. */
function stricter(a: PinTerms | undefined, b: PinTerms | undefined): PinTerms | undefined {
  const first = a ?? b;
  if (first === undefined) return undefined;
  return { path: first.path, list: a?.list === 'closed' || b?.list === 'closed' ? 'closed' : 'open' };
}
