import { visible } from '@clawhold/approvals';
import type { CanonicalAction } from '@clawhold/spec';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { agreementOf } from './agreement.ts';
import { exactAction, type Question } from './exact-action.ts';

/** Every field of a question, and every text of the action to its last character. Nothing is cut here. */
export function drawDetails(approval: Question): string {
  const { action, rendered } = exactAction(approval);
  const people = agreementOf(approval);
  const plain = rendered.fields.filter(({ name }) => !/^(Argument|Header|Command) /.test(name));
  const width = Math.max(...plain.map(({ name }) => name.length));
  return [
    `${approval.id}  ${approval.state}  ${paint.strong(rendered.title)}`,
    ...approval.reasons.map(({ code, text }) => `  ${paint.warn(`why (${code})`)} ${hostileLine(text, 2_000)}`),
    ...(people === undefined ? [] : [`  ${paint.warn(people)}`]),
    ...plain.flatMap(({ name, value, note }) => [
      `  ${paint.quiet(name.padEnd(width))}  ${value}`,
      ...(note === null ? [] : [`  ${' '.repeat(width)}  ${paint.warn(note)}`]),
    ]),
    ...wholeTexts(action).flatMap(([name, text]) => [
      `  ${paint.quiet(`${visible(name)}, ${text.length} characters`)}`,
      ...visible(text, { lines: true })
        .split('\n')
        .map((line) => `    ${line}`),
    ]),
    ...(action.request?.body === null
      ? [`  ${paint.warn('The body of the request is no text or longer than 16 KiB; its SHA-256 is above.')}`]
      : []),
    paint.quiet(`  digest ${rendered.digest}`),
  ].join('\n');
}

function wholeTexts({ arguments: values, command, request }: CanonicalAction): readonly (readonly [string, string])[] {
  return [
    ...Object.entries(values).map(([name, value]): [string, string] => [
      `argument ${name}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
    ...(command ?? []).map((word, index): [string, string] => [`command in the sandbox, word ${index + 1}`, word]),
    ...(request?.headers ?? []).map(([name, value]): [string, string] => [`header ${name}`, value]),
    ...(request?.body === undefined || request.body === null || request.body === ''
      ? []
      : [['body of the request', request.body] satisfies [string, string]]),
  ];
}
