import { shellWord } from '@clawhold/spec';
import type { Hands, RemoteAnswer, RemoteCall, RemoteWork } from '../mind.ts';
import { isAgentsOwn, skillFileOf, taskPathOf, withoutWorkspace, withSkillsSaid, workspaceOf } from './remote-path.ts';
import { readShellWords } from './shell-words.ts';

/** Bytes of a script or a file that it may hand over. */
const mostStaged = 64;
const empty = new Uint8Array();

const done = (text = ''): RemoteWork => answer({ status: 0, stdout: new TextEncoder().encode(text), stderr: '' });
const refuse = (why: string): RemoteWork => answer({ status: 1, stdout: empty, stderr: `clawhold: ${why}\n` });
const answer = (one: RemoteAnswer): RemoteWork => ({ kind: 'answer', answer: one });

/**
 * What OpenClaw 2026.9.6 sends through its ssh backend: `/bin/sh -c SCRIPT NAME ARGUMENTS…`, everything quoted. The name and
 * the arguments say what is wanted; the script is never run. What is carried out is a call of one of the platform's tools,
 * written by us from the arguments, so that a mind that was taken over can put nothing behind a name.
 */
export function createHands(): Hands {
  /** Scripts that wait to be run, by their path. */
  const staged = new Map<string, string>();

  function run(path: string): RemoteWork {
    const script = staged.get(path);
    if (script === undefined) return refuse('there is no such script');
    // `exec '/bin/sh' '-c' 'cd WORKSPACE && COMMAND'` is its last line, or the last lines.
    const last = script.slice(script.lastIndexOf('\nexec ') + 6).trimEnd();
    const [shell, option, line, ...more] = readShellWords(last) ?? [];
    if (shell !== '/bin/sh' || option !== '-c' || line === undefined || more.length > 0)
      return refuse('this script is none that is known');
    const command = withoutWorkspace(line).replace(/^cd '?\/task'? && /, '');
    return { kind: 'call', where: 'task', call: { tool: 'shell.exec', arguments: { command } } };
  }

  function readNamed(name: string, rest: readonly string[], script: string, input: Uint8Array): RemoteWork {
    const [first = ''] = rest;
    switch (name) {
      case 'openclaw-sandbox-check':
        return done('1\n');
      case 'openclaw-validate-workdir':
        return taskPathOf(first) === undefined ? refuse('this folder is not in the task folder') : done(`${first}\n`);
      // Those that a person released are there already, and no others come there.
      case 'openclaw-sandbox-clear':
      case 'openclaw-sandbox-upload':
        return done();
      case 'openclaw-sandbox-exec-stage':
        if (staged.size >= mostStaged) return refuse('too many scripts wait');
        staged.set(`${first}/exec.sh`, new TextDecoder().decode(input));
        return done();
      case 'openclaw-sandbox-exec-cleanup':
        staged.delete(`${first}/exec.sh`);
        return done();
      case 'openclaw-sandbox-fs':
        return first.startsWith('/') ? look(first, rest.slice(1), script) : onFiles(first, rest.slice(1), input);
      default:
        return refuse(`"${name}" is not known`);
    }
  }

  return {
    readsInput: (command) => {
      const [, , , name = '', operation = ''] = readShellWords(command) ?? [];
      if (name === 'openclaw-sandbox-fs') return operation === 'write' || operation === 'create';
      return name === 'openclaw-sandbox-exec-stage' || name === 'openclaw-sandbox-upload';
    },
    read(command, input) {
      const words = readShellWords(command);
      const [shell, option = '', script = '', name, ...rest] = words ?? [];
      if (shell !== '/bin/sh') return refuse('this command is none that is known');
      if (option !== '-c') return words?.length === 2 ? run(option) : refuse('this command is none that is known');
      return name === undefined ? refuse('this command has no name') : readNamed(name, rest, script, input);
    },
  };
}

/** Looks at a file without opening it. */
function look(path: string, rest: readonly string[], script: string): RemoteWork {
  const place = placeOf(path);
  if (place === undefined) return refuse('this path is not in the task folder');
  const wanted = looks.find(({ begins }) => script.startsWith(begins));
  if (wanted === undefined) return refuse('this look is none that is known');
  const [allowFinal = '0'] = rest;
  return {
    ...listing(place),
    command: ['/bin/sh', '-c', wanted.runs, 'look', place.file, allowFinal],
    ...(wanted.isPath === true ? { shown: (stdout) => renamed(stdout, workspaceOf(path), place) } : {}),
  };
}

/** What it asks with a script of its own: how that begins, and what we run for it. */
const looks: readonly { readonly begins: string; readonly runs: string; readonly isPath?: boolean }[] = [
  {
    begins: 'set -eu\ntarget="$1"\nallow_final="$2"',
    isPath: true,
    runs: `cursor=$1 suffix=
if [ "$2" = 1 ] && [ -L "$1" ]; then cursor=$(dirname -- "$1") suffix=/$(basename -- "$1"); fi
while [ ! -e "$cursor" ] && [ ! -L "$cursor" ]; do
  suffix=/$(basename -- "$cursor")$suffix
  cursor=$(dirname -- "$cursor")
done
printf '%s%s\\n%s\\n' "$(readlink -f -- "$cursor")" "$suffix" "$(readlink -f .)"`,
  },
  { begins: 'if [ -e "$1" ] || [ -L "$1" ]', runs: 'if [ -e "$1" ] || [ -L "$1" ]; then echo 1; else echo 0; fi' },
  {
    begins: 'if [ ! -e "$1" ] && [ ! -L "$1" ]; then exit 0; fi\nstats=$(LC_ALL=C stat -c "%F|%h"',
    runs: 'if [ -e "$1" ] || [ -L "$1" ]; then LC_ALL=C stat -c "%F|%h" -- "$1"; fi',
  },
  { begins: 'set -eu\nLC_ALL=C stat -c "%F|%s|%y"', runs: 'LC_ALL=C stat -c "%F|%s|%y" -- "$1"' },
];

/** The real paths that were found, in the words of OpenClaw. */
function renamed(stdout: Uint8Array, workspace: string, { where }: Place): Uint8Array {
  const real = where === 'mind' ? /^\/task\/workspace(?=\/|$)/ : /^\/task(?=\/|$)/;
  const lines = new TextDecoder().decode(stdout).split('\n');
  const named = lines.map((line) => withSkillsSaid(line.replace(real, workspace), workspace));
  return new TextEncoder().encode(named.join('\n'));
}

interface Place {
  /** From the task folder on. */
  readonly path: string;
  /** What is opened: the same, but for a skill. */
  readonly file: string;
  readonly where: RemoteCall['where'];
}

function placeOf(remote: string): Place | undefined {
  const path = taskPathOf(remote);
  if (path === undefined) return undefined;
  const skill = skillFileOf(path);
  return { path, file: skill ?? path, where: skill !== undefined || isAgentsOwn(path) ? 'mind' : 'task' };
}

const listing = ({ path, where }: Place): RemoteCall => ({
  kind: 'call',
  where,
  call: { tool: 'file.list', arguments: path === '.' ? {} : { path } },
});

/** `operation root folder name …`, as its script takes them. */
function onFiles(operation: string, rest: readonly string[], input: Uint8Array): RemoteWork {
  const [root = '', folder = '', name = '', fourth = '', fifth = '', sixth = ''] = rest;
  const below = (base: string, ...parts: readonly string[]): Place | undefined =>
    placeOf([base, ...parts].filter((part) => part !== '' && part !== '.').join('/'));
  const place = operation === 'readdir' || operation === 'mkdirp' ? below(root, folder) : below(root, folder, name);
  if (place === undefined) return refuse('this path is not in the task folder');
  const { path, file, where } = place;
  // A skill is the platform's own copy, without links.
  const guard = file === path ? ownPathOnly : ':';
  const shell = (command: string): RemoteWork => ({
    kind: 'call',
    where: 'task',
    call: { tool: 'shell.exec', arguments: { command } },
  });
  switch (operation) {
    case 'read':
      return {
        kind: 'call',
        where,
        call: { tool: 'file.read', arguments: { path } },
        command: ['/bin/sh', '-c', `${guard}; [ -e "$1" ] || exit 2; exec cat -- "$1"`, 'read', file],
      };
    case 'write':
    case 'create': {
      const content = textOf(input);
      if (content === undefined) return refuse('only text can be written');
      if (file !== path) return refuse('a skill is as a person released it');
      const isNew = operation === 'create';
      return {
        kind: 'call',
        where,
        call: { tool: 'file.write', arguments: { path, content } },
        ...(isNew
          ? {
              prefix: [
                '/bin/sh',
                '-c',
                'if [ -e "$1" ] || [ -L "$1" ]; then exit 17; fi; shift; exec "$@"',
                'create',
                path,
              ],
            }
          : {}),
      };
    }
    case 'readdir':
      return {
        ...listing(place),
        command: ['/bin/sh', '-c', `${guard}; exec node -e "$2" "$1"`, 'readdir', file, readFolder],
      };
    case 'mkdirp':
      return shell(`mkdir -p -- ${shellWord(path)}`);
    case 'remove':
      return shell(`rm ${fourth === '1' ? '-r ' : ''}${fifth === '1' ? '-f ' : ''}-- ${shellWord(path)}`);
    case 'rename':
    case 'copy': {
      const to = below(fourth, fifth, sixth);
      if (to === undefined) return refuse('this path is not in the task folder');
      return shell(`${operation === 'copy' ? 'cp' : 'mv'} -T -- ${shellWord(path)} ${shellWord(to.path)}`);
    }
    default:
      return refuse(`"${operation}" is not known`);
  }
}

/** A name stands for one file, also for whoever labels its content: a symbolic link on the way is refused, as by `file.read`. */
const ownPathOnly = `if [ "$(realpath -m -- "$1")" != "$(realpath -ms -- "$(pwd -P)/$1")" ]; then
  printf '%s is a symbolic link, or lies behind one.\\n' "$1" >&2
  exit 65
fi`;

const readFolder = `const entries = require('node:fs').readdirSync(process.argv[1], { withFileTypes: true });
console.log(JSON.stringify(entries.map((one) => ({ name: one.name, isDirectory: one.isDirectory(), isFile: one.isFile() }))))`;

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
