import { nowhere } from '@clawhold/harness/adoption';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import type { AdoptionReport } from './adopt.ts';

/** Everything in it that came from the folder is a stranger's text. */
const shown = (text: string): string => hostileLine(text, 200);
const mostLines = 20;

/** What an adoption found, took and left, for a person to read. */
export function drawReport({ discovery, taken, skills, credentials, dropped, leftOut }: AdoptionReport): string {
  const { dangers, notTaken } = discovery;
  const kibibytes = Math.ceil(taken.bytes / 1_024);
  const who = discovery.shownName === undefined ? discovery.agent : `${discovery.agent} (${discovery.shownName})`;
  return [
    `${paint.strong('Taken')}  ${taken.files} files of who ${shown(who)} is and what it remembers, ${kibibytes} KiB`,
    ...section(
      'Dangerous about it',
      dangers.map(
        ({ what, why, instead }) =>
          `${paint.warn('!')} ${shown(what)} ${shown(why)}\n    ${paint.quiet(`Here ${shown(instead)}.`)}`,
      ),
    ),
    ...section(
      'Secrets for the store; a policy says where one is filled in',
      credentials.map(({ name: credential, where, host }) =>
        host === nowhere.host
          ? `${shown(credential)}  ${paint.quiet(`from ${shown(where)}: bound to no host, store it anew for the one that it is for`)}`
          : `${shown(credential)}  ${paint.quiet(`from ${shown(where)}, for ${shown(host)}`)}`,
      ),
    ),
    ...section(
      'Secrets that are not taken',
      dropped.map(({ where, why }) => `${shown(where)}  ${paint.quiet(shown(why))}`),
    ),
    ...section('Files in which a secret was replaced', taken.scrubbed.map(shown)),
    ...section('Look at these: something in them has the form of a credential', taken.suspicious.map(shown)),
    ...section(
      'Skills, held back until a person releases each',
      skills.map(({ id, from, files }) => `${shown(id)}  ${paint.quiet(`${files} files, from ${shown(from)}`)}`),
    ),
    ...section('Not taken', [
      ...notTaken.map(({ what, instead }) => `${shown(what)}\n    ${paint.quiet(shown(instead))}`),
      ...leftOut.map(({ path, why }) => `${shown(path)}  ${paint.quiet(shown(why))}`),
    ]),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const more = lines.length - mostLines;
  return [
    '',
    paint.strong(title),
    ...lines.slice(0, mostLines).map((line) => `  ${line}`),
    ...(more > 0 ? [paint.quiet(`  and ${more} more: see them with --json`)] : []),
  ];
}
