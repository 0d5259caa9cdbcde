import { basename, dirname } from 'node:path';
import { type SimpleCommand, simpleCommands } from './shell-commands.ts';
import { NotUnderstood, type ShellWord } from './shell-word.ts';

interface Wrapper {
  /** Options without a value of their own. */
  readonly flags: RegExp;
  /** Options whose value is the next word. */
  readonly valued?: RegExp;
  /** Words of its own before the command. Default: none. */
  readonly operands?: number;
}

/** Programs and built-ins that run the command that follows, and whose options are known here. */
const wrappers: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['command', { flags: /^-p$/ }],
  ['env', { flags: /^(?:-|-i|--ignore-environment)$/ }],
  ['exec', { flags: /^$/ }],
  ['nice', { flags: /^(?:-n-?\d+|--adjustment=-?\d+|-\d+)$/, valued: /^(?:-n|--adjustment)$/ }],
  ['nohup', { flags: /^$/ }],
  ['setsid', { flags: /^(?:-c|-f|-w|--ctty|--fork|--wait)$/ }],
  ['stdbuf', { flags: /^-[ioe](?:L|\d+\w*)$/, valued: /^-[ioe]$/ }],
  [
    'timeout',
    {
      flags: /^(?:--foreground|--preserve-status|-v|--verbose|--(?:signal|kill-after)=\w+|-[sk]\w+)$/,
      valued: /^(?:-s|-k|--signal|--kill-after)$/,
      operands: 1,
    },
  ],
]);

const shells = new Set(['sh', 'dash', 'bash']);

/** What runs something that its arguments hide, or changes what a later name means. */
const opaque = new Set(
  [
    '. alias builtin compgen enable eval fc hash jobs set shopt source trap unalias',
    'declare export getopts let local mapfile read readarray readonly typeset unset',
    'busybox chroot doas flock parallel script su sudo time toybox watch xargs',
  ].flatMap((names) => names.split(' ')),
);

/** Where programs stand that nobody in a sandbox can change: a path there means the same as the name alone. */
const programFolders = new Set(['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin']);

/** Variables that no program takes for more than language and output. */
const harmless = /^(?:LANG|LANGUAGE|LC_[A-Z]+|TZ|NO_COLOR|CI|DEBIAN_FRONTEND)$/;
/** By convention of a script's own, and not handed to programs; those that name a proxy are. */
const local = /^(?!.*_proxy$)[a-z][a-z0-9_]*$/;

const deepest = 8;

/**
 * The programs that a simple command starts, without what is wrapped around them.
 *
 * @throws NotUnderstood when that depends on what only the shell knows.
 */
export function programsOfCommand(command: SimpleCommand, depth = 0): readonly string[] {
  if (depth > deepest) throw new NotUnderstood();
  const words = withoutAssignments(command);
  const [first, ...rest] = words;
  if (first === undefined) return [];
  if (first.text === null || first.text === '') throw new NotUnderstood();
  const name = programName(first.text);
  if (opaque.has(name)) throw new NotUnderstood();
  const wrapper = wrappers.get(name);
  if (wrapper !== undefined) return programsOfWrapped(wrapper, rest, name === 'env', depth);
  if (shells.has(name)) return programsOfShell(name, rest, depth);
  if (name === 'printf' && rest[0]?.text?.startsWith('-') !== false) throw new NotUnderstood();
  if (name === 'find' && rest.some(({ text }) => text === null || /^-(?:exec|ok)/.test(text)))
    throw new NotUnderstood();
  return [name];
}

function withoutAssignments(words: readonly ShellWord[]): readonly ShellWord[] {
  const first = words.findIndex(({ assigns }) => assigns === null);
  const assigned = first === -1 ? words : words.slice(0, first);
  for (const { assigns } of assigned)
    if (!harmless.test(assigns ?? '') && !(first === -1 && local.test(assigns ?? ''))) throw new NotUnderstood();
  return words.slice(assigned.length);
}

function programName(text: string): string {
  return programFolders.has(dirname(text)) ? basename(text) : text;
}

function programsOfWrapped(
  { flags, valued, operands = 0 }: Wrapper,
  words: readonly ShellWord[],
  assigns: boolean,
  depth: number,
): readonly string[] {
  let rest = words;
  for (;;) {
    const [option] = rest;
    if (option === undefined) return [];
    if (option.text === null) throw new NotUnderstood();
    if (option.text === '--') rest = rest.slice(1);
    if (option.text === '--' || !option.text.startsWith('-')) break;
    if (valued?.test(option.text) && typeof rest[1]?.text === 'string') rest = rest.slice(2);
    else if (flags.test(option.text)) rest = rest.slice(1);
    else throw new NotUnderstood();
  }
  // What only the shell knows can become several words here, and so move the command.
  if (rest.slice(0, operands).some(({ text }) => text === null)) throw new NotUnderstood();
  const command = rest.slice(operands);
  for (const { assigns: name, text } of command) {
    // To `env` every word with an equals sign is an assignment, whatever stands before it.
    if (name === null && !(assigns && text?.includes('='))) break;
    // To the others it is the name of a program.
    if (!assigns || text === null || name === null) throw new NotUnderstood();
  }
  return programsOfCommand(command, depth + 1);
}

/** `sh -c 'text'` is what the text says; a shell that runs a file, or reads its input, is itself. */
function programsOfShell(name: string, words: readonly ShellWord[], depth: number): readonly string[] {
  const [option, text] = words;
  if (words.some((word) => word.text === null)) throw new NotUnderstood();
  if (option?.text !== '-c') {
    if (words.some((word) => word.text?.startsWith('-') || word.text?.startsWith('+'))) throw new NotUnderstood();
    return [name];
  }
  if (typeof text?.text !== 'string') throw new NotUnderstood();
  return simpleCommands(text.text).flatMap((inner) => programsOfCommand(inner, depth + 1));
}
