import type { RenderedAction, RenderedField } from '@clawhold/approvals';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { wrap } from '../terminal/width.ts';
import { agreementOf } from './agreement.ts';
import { exactAction, type Question } from './exact-action.ts';
import { timeLeft } from './time-left.ts';

export interface CardOptions {
  readonly columns: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Lines of one value; how many more there are is said. */
const mostLines = 10;
const widest = 100;
const nameWidth = 6;

/**
 * A question on half a screen: what, where, with exactly what, why it is asked, how long it waits. What is cut or left
 * out is counted, and a note about a value (it is cut, it holds what cannot be seen) stands beneath it.
 */
export function drawCard(approval: Question, { columns, now }: CardOptions): string {
  const { rendered } = exactAction(approval);
  const people = agreementOf(approval);
  const wide = Math.min(columns, widest);
  const row = (name: string, { value, note }: Pick<RenderedField, 'value' | 'note'>): readonly string[] => {
    const lines = wrap(value, wide - nameWidth - 3);
    const more = lines.length - mostLines;
    const all = [
      ...lines.slice(0, mostLines),
      ...(more > 0 ? [paint.warn(`… ${more} more ${more === 1 ? 'line is' : 'lines are'} not on this card`)] : []),
      ...(note === null ? [] : wrap(note, wide - nameWidth - 3).map(paint.warn)),
    ];
    return all.map((line, index) => `│ ${paint.quiet((index === 0 ? name : '').padEnd(nameWidth))} ${line}`);
  };
  const shown = rendered.fields.filter(({ name }) => isOnCard(name, rendered));
  const left = paint.quiet(`· ${approval.id} · ${timeLeft(approval.expires, now)} left`);
  return [
    `╭ ${paint.warn('A person decides')} ${left}`,
    ...wrap(rendered.title, wide - 2).map((line) => `│ ${paint.strong(line)}`),
    '│',
    ...approval.reasons.flatMap(({ text }) => row('why', { value: hostileLine(text, 1_000), note: null })),
    ...(people === undefined ? [] : row('people', { value: people, note: null })),
    ...shown.filter(({ name }) => name !== 'Effect').flatMap((field) => row(shortName(field.name), worded(field))),
    ...(rendered.body === null ? [] : row('body', { value: rendered.body.text, note: rendered.body.note })),
    ...shown.filter(({ name }) => name === 'Effect').flatMap((field) => row('effect', field)),
    `╰ ${paint.quiet(`${rendered.fields.length - shown.length} more fields are in the details`)}`,
  ].join('\n');
}

/** On every card, in this form. */
const always: Readonly<Record<string, string>> = {
  Address: 'where',
  'Goes to': 'goes to',
  Effect: 'effect',
  'Taken back by': 'undo',
};

/** The same words as the request that is on the card, in the form in which the agent gave them. */
const partsOfRequest: ReadonlySet<string> = new Set(['url', 'method', 'headers', 'body']);

function isOnCard(name: string, { fields, body }: RenderedAction): boolean {
  if (name in always || name.startsWith('Header ')) return true;
  if (!name.startsWith('Argument ')) return false;
  const argument = name.slice('Argument '.length);
  const isRequest = fields.some((field) => field.name === 'Address');
  if (!(isRequest && partsOfRequest.has(argument))) return true;
  // A body that is too long for the request's own rendering is shown as the argument it was given in.
  return argument === 'body' && body !== null && body.text === '';
}

function shortName(name: string): string {
  if (name.startsWith('Header ')) return 'header';
  const short = always[name] ?? name.slice('Argument '.length);
  return short === 'goes to' ? 'to' : short.slice(0, nameWidth);
}

function worded({ name, value, note }: RenderedField): Pick<RenderedField, 'value' | 'note'> {
  return name.startsWith('Header ') ? { value: `${name.slice('Header '.length)}: ${value}`, note } : { value, note };
}
