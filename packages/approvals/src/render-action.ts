import type { CanonicalAction } from '@clawhold/spec';
import { actionDigest, canonicalBytes, parseCanonicalBytes } from './action-digest.ts';
import { hostWarning } from './host-warning.ts';
import { shown, visible } from './visible-text.ts';

/** One line of a rendering. Plain text; a drawer adds nothing but looks. */
export interface RenderedField {
  readonly name: string;
  readonly value: string;
  /** Something to know about the value, or null. */
  readonly note: string | null;
}

/** What a person reads before they decide. CLI and console draw the same. */
export interface RenderedAction {
  readonly title: string;
  readonly fields: readonly RenderedField[];
  /** The body of the request, with its lines; null when there is none. */
  readonly body: { readonly text: string; readonly note: string | null } | null;
  /** The digest that is approved. */
  readonly digest: string;
}

/**
 * Renders an action for a person, from the very bytes whose digest is approved: they are written, read back, and what
 * was read is shown. Every field of the action is in the rendering.
 *
 * @throws ClawholdError `input_action_malformed`, see `canonicalBytes`.
 */
export function renderAction(action: CanonicalAction): RenderedAction {
  const read = parseCanonicalBytes(canonicalBytes(action));
  return {
    title: titleOf(read),
    fields: [
      field('Tool', read.tool),
      ...requestFields(read.request),
      ...Object.entries(read.arguments).map(([name, value]) => argumentField(name, value)),
      ...(read.command === null ? [] : [field('Command in the sandbox', read.command.map(quoted).join(' '))]),
      plain('Effect', effectText[read.effect]),
      plain('Taken back by', inverseText(read)),
      plain('Answer before', read.expires),
      plain('Run', `${read.run}, step ${read.step}`),
      plain('Installation', read.install),
      plain('Policy', read.policy),
      field('Files at', read.checkpoint),
      plain('Question', `${read.nonce}, version ${read.version}`),
    ],
    body: bodyOf(read.request),
    digest: actionDigest(read),
  };
}

function titleOf({ tool, request }: CanonicalAction): string {
  if (request === null) return visible(`Run ${tool}`);
  return visible(`Send ${request.method} to ${URL.parse(request.url)?.host ?? request.url}`);
}

function requestFields(request: CanonicalAction['request']): readonly RenderedField[] {
  if (request === null) return [];
  const address = shown(request.url);
  const warning = hostWarning(URL.parse(request.url)?.hostname ?? '');
  return [
    plain('Method', visible(request.method)),
    { name: 'Address', value: address.text, note: joined(warning, address.note) },
    field('Goes to', request.address),
    ...request.headers.map(([name, value]) => field(`Header ${visible(name)}`, value)),
    plain('Body, SHA-256', request.bodyDigest),
  ];
}

function bodyOf(request: CanonicalAction['request']): RenderedAction['body'] {
  if (request === null) return null;
  if (request.body === null) return { text: '', note: 'The body is no text or too long to show; its digest is above.' };
  return request.body === '' ? null : shown(request.body, { lines: true });
}

function argumentField(name: string, value: unknown): RenderedField {
  return field(`Argument ${visible(name)}`, typeof value === 'string' ? value : JSON.stringify(value));
}

function field(name: string, value: string): RenderedField {
  const { text, note } = shown(value);
  return { name, value: text, note };
}

function plain(name: string, value: string): RenderedField {
  return { name, value, note: null };
}

/** One argument of a command as a shell would want it, so that its ends are plain to see. */
function quoted(argument: string): string {
  return /^[\w./:=@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

const effectText: Readonly<Record<CanonicalAction['effect'], string>> = {
  read: 'changes nothing',
  reversible: 'changes files only, and is taken back with them',
  compensable: 'changes something outside that can be taken back by another request',
  irreversible: 'changes something outside that cannot be taken back',
};

function inverseText({ inverse }: CanonicalAction): string {
  switch (inverse.kind) {
    case 'checkpoint':
      return 'discarding the files of the run';
    case 'call':
      return visible(`${inverse.tool} ${JSON.stringify(inverse.arguments)}`);
    case 'none':
      return 'nothing';
    default:
      return inverse satisfies never;
  }
}

function joined(...notes: readonly (string | null)[]): string | null {
  const said = notes.filter((note) => note !== null);
  return said.length === 0 ? null : said.join(' ');
}
