import { canonicalJson } from '../compile/digest.ts';
import type { Openness } from '../diff/openness.ts';

/** How a decision was recorded: how far it let its caller go, or that it was about amounts, which no draft knows. */
export type Recorded = Openness | 'amounts';

export interface RecordedText {
  readonly recorded: Recorded;
  /** The question as JSON, without the run that asked: no decision depends on it where nothing is counted. */
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
 * Reads of a record what a simulation needs without parsing it, or undefined when it is no decision. It relies on
 * RFC 8785, as which the ledger writes bodies: keys in their order, no spaces. What is searched for here is a key between
 * unescaped quotes, which no text inside a string has. What is written in another way is written anew first.
 */
export function readRecorded(body: string): RecordedText | undefined {
  return readCanonical(body) ?? readCanonical(writtenAnew(body));
}

function readCanonical(body: string): RecordedText | undefined {
  const middle = body.indexOf('question":{') - 2; // a rare first letter is found faster than a comma
  const end = body.lastIndexOf(',"step":');
  if (!body.startsWith('{"decision":{"kind":"') || middle < 0 || end < middle) return undefined;
  return {
    recorded: recordedIn(body.slice(12, middle)),
    question: withoutRun(body.slice(middle + 12, end)),
  };
}

function writtenAnew(body: string): string {
  try {
    return canonicalJson(JSON.parse(body));
  } catch {
    return '';
  }
}

function recordedIn(decision: string): Recorded {
  if (decision.startsWith('{"kind":"allow"')) {
    // What a grant allowed was asked about: the draft asks again.
    if (decision.includes('"kind":"consume_grant"')) return 'asks';
    return decision.includes('"kind":"inspect"') ? 'allowed, request by request' : 'allowed';
  }
  if (decision.includes('"code":"budget"') || decision.includes('"code":"burst"')) return 'amounts';
  return decision.startsWith('{"kind":"ask"') ? 'asks' : 'refused';
}

/** The length of `{"action":"…",`, with its digest. */
const actionLength = 77;

/** Questions about egress only: the arguments of a tool may have keys of any name before its caller. */
function withoutRun(question: string): string {
  const caller = question.indexOf('"caller":{');
  const isFirst = caller === 1 || (caller === actionLength && question.startsWith('{"action":"'));
  const end = question.indexOf('},"data":{', caller);
  const run = question.indexOf(',"run":"', caller);
  if (!isFirst || end === -1 || run === -1 || run > end) return question;
  return question.slice(0, run) + question.slice(end);
}
