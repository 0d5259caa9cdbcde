import { canonicalJson } from '../compile/digest.ts';
import type { Openness } from '../diff/openness.ts';
import { cutLine, type RecordCut } from './record-cut.ts';

/** How a decision was recorded: how far it let its caller go, or that it rests on what no draft knows: amounts, and granted rules. */
export type Recorded = Openness | 'beyond a draft';

export interface RecordedText {
  readonly recorded: Recorded;
  /** The question as JSON, without the run that asked. */
  readonly question: string;
}

const ending = ',"type":"decision.made"}';

/** The body of a line of an export when it is the record of a decision. An export has many other lines: most cost a search. */
export function bodyOfLine(line: string): string | undefined {
  if (line.startsWith('{"actor":"') && line.endsWith(ending)) {
    const start = line.indexOf(',"body":{');
    const end = line.lastIndexOf(',"run":');
    if (start !== -1 && start < end) return line.slice(start + 8, end);
  }
  return line.includes('"decision.made"') ? parsedBody(line) : undefined;
}

function parsedBody(line: string): string | undefined {
  try {
    const { type, body } = JSON.parse(line) as { readonly type?: unknown; readonly body?: unknown };
    return type === 'decision.made' ? JSON.stringify(body) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads of a record what a simulation needs without parsing it, or undefined when it is no decision. A body that is not
 * written as a ledger writes is written anew first.
 */
export function readRecorded(body: string): RecordedText | undefined {
  return readCut(body) ?? readCut(writtenAnew(body));
}

function readCut(body: string): RecordedText | undefined {
  const cut = cutLine(body, 'bodies');
  if (cut === undefined) return undefined;
  return {
    recorded: recordedIn(body, cut),
    question: body.slice(cut.question, cut.run) + body.slice(cut.runEnd, cut.to),
  };
}

function writtenAnew(body: string): string {
  try {
    return canonicalJson(JSON.parse(body));
  } catch {
    return '';
  }
}

/** How the decision in a line was recorded. */
export function recordedIn(line: string, { from, question }: RecordCut): Recorded {
  const decision = line.slice(from, question);
  // A person's agreement to one action stands there by the id of their answer.
  if (decision.includes('"layer":"grant","path":"network_policies.')) return 'beyond a draft';
  if (decision.startsWith('{"decision":{"kind":"allow"')) {
    // What a grant allowed was asked about: the draft asks again.
    if (decision.includes('"kind":"consume_grant"')) return 'asks';
    return decision.includes('"kind":"inspect"') ? 'allowed, request by request' : 'allowed';
  }
  if (decision.includes('"code":"budget"') || decision.includes('"code":"burst"')) return 'beyond a draft';
  return decision.startsWith('{"decision":{"kind":"ask"') ? 'asks' : 'refused';
}
