/** Where the parts of a record of a decision stand in a line, for a simulation to read them without parsing all of it. */
export interface RecordCut {
  /** Of the body. */
  readonly from: number;
  /** Of the question, which ends where the record's step follows. */
  readonly question: number;
  /** Of the run that asked, which is left out: no decision depends on it where nothing is counted. */
  readonly run: number;
  /** Where that ends; where it begins when there is none. */
  readonly runEnd: number;
  readonly to: number;
}

/** What the lines of a file are: those of an export of a ledger, or bodies of records `decision.made` alone. */
export type LineForm = 'export' | 'bodies';

const bodyKey = ',"body":';
const decisionKey = '{"decision":{"kind":"';
const questionKey = 'question":'; // a rare first letter is found faster than a quote
/** The length of `"action":"…",`, with its digest. */
const actionLength = 76;
const ending = ',"type":"decision.made"}';

/**
 * Cuts a line that is written as RFC 8785 has it, as which the ledger writes: keys in their order, no spaces. Undefined
 * when it is written in another way, or is no record of a decision. What is searched for here is a key between unescaped
 * quotes, which no text inside a string has.
 */
export function cutLine(line: string, form: LineForm): RecordCut | undefined {
  const isExport = form === 'export';
  if (isExport && !(line.startsWith('{"actor":"') && line.endsWith(ending))) return undefined;
  const from = isExport ? line.indexOf(bodyKey) + bodyKey.length : 0;
  if (!line.startsWith(decisionKey, from)) return undefined;
  const question = line.indexOf(questionKey, from) + questionKey.length;
  const to = line.lastIndexOf(',"step":');
  if (question < from || to < question) return undefined;
  // Questions about egress only: the arguments of a tool may have keys of any name before its caller.
  const caller = line.startsWith('{"action":"', question) ? question + actionLength : question;
  const isFirst = line.startsWith('"caller":{', caller + 1);
  const run = isFirst ? line.indexOf(',"run":"', caller) : -1;
  const runEnd = isFirst ? line.indexOf('},"data":{', caller) : -1;
  const isThere = run !== -1 && run < runEnd && runEnd < to;
  return isThere ? { from, question, run, runEnd, to } : { from, question, run: to, runEnd: to, to };
}
