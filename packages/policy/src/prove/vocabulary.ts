import type { Endpoint } from '@clawhold/spec';
import { hardBlock } from '../decide/platform.ts';
import { classifyAddress } from '../host/address.ts';
import { normaliseHost } from '../host/host.ts';
import { textClasses } from '../space/classes.ts';
import { allowsEncodedSlash, encodedSlashPatterns, hostName, pathsAt, type Shape } from '../space/shape.ts';
import { everyHost } from './claim-hosts.ts';
import { type MessageMeaning, MessageWords } from './message-words.ts';
import { any, type Term } from './term.ts';

/** What the numbers of a model stand for, and how the script defines its words by them. */
export interface Meaning {
  readonly definitions: readonly string[];
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  readonly methods: readonly string[];
  readonly messages: MessageMeaning;
  /** False when there are too many patterns to divide all texts by them. */
  readonly complete: boolean;
}

/** Where clouds hand out credentials, as names; the addresses are link-local. */
const metadataNames: readonly string[] = ['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data'];
const metadataAddress = '169.254.169.254';

/** A method that no rule names stands for all others. */
const methodWords = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'];

/**
 * The words of a script about requests: one for each pattern that a rule has. Solvers are slow with regular expressions
 * and automata are exact, so texts are divided into classes first; to the solver a host or a path is the number of one.
 */
export class Vocabulary {
  readonly messages: MessageWords = new MessageWords();
  readonly #hosts = new Map<string, string>();
  readonly #paths = new Map<string, string>();
  readonly #methods = new Set(methodWords);

  readonly #pathShape: Shape;
  /** The path holds an encoded slash. */
  readonly encodedSlash: Term;

  /** @param endpoints all that the script is about. */
  constructor(endpoints: readonly Endpoint[]) {
    for (const name of metadataNames) this.host(name);
    this.#pathShape = pathsAt(endpoints);
    const patterns = allowsEncodedSlash(endpoints) ? encodedSlashPatterns : [];
    this.encodedSlash = any(patterns.map((pattern) => this.path(pattern)));
  }

  host(pattern: string): Term {
    return pattern === everyHost ? 'true' : wordOf(this.#hosts, pattern.toLowerCase(), 'host');
  }

  path(pattern: string): Term {
    return pattern === '**' || pattern === '/**' ? 'true' : wordOf(this.#paths, pattern, 'path');
  }

  method(name: string): Term {
    this.#methods.add(name);
    return `(= method ${[...this.#methods].indexOf(name)})`;
  }

  /** Divides all texts by the patterns that were named until now. */
  meaning(): Meaning {
    const hosts = this.#hostClasses();
    const patterns = [...this.#paths.keys()];
    const paths = textClasses(patterns, '/', this.#pathShape);
    const numbers = (fits: (host: string) => boolean): Term =>
      any(hosts.classes.flatMap(({ example }, at) => (fits(example) ? [`(= host ${at})`] : [])));
    const methods = [...this.#methods];
    const messages = this.messages.meaning();
    return {
      definitions: [
        ...['host', 'path', 'method'].map((name) => `(declare-const ${name} Int)`),
        `(assert (<= 0 host ${hosts.classes.length - 1}))`,
        `(assert (<= 0 path ${paths.classes.length - 1}))`,
        `(assert (<= 0 method ${methods.length - 1}))`,
        ...definitionsOf('host', [...this.#hosts.values()], hosts.classes),
        ...definitionsOf('path', [...this.#paths.values()], paths.classes),
        `(define-fun blocked () Bool ${numbers((host) => hardBlock(host) !== undefined)})`,
        `(define-fun link_local () Bool ${numbers(isLinkLocal)})`,
        ...messages.definitions,
      ],
      hosts: hosts.classes.map(({ example }) => example),
      paths: paths.classes.map(({ example }) => example),
      methods,
      messages,
      complete: hosts.complete && paths.complete && messages.complete,
    };
  }

  #hostClasses(): ReturnType<typeof textClasses> {
    const patterns = [...this.#hosts.keys()];
    const { classes, complete } = textClasses(patterns, '.', hostName);
    // No wildcard matches an address: those that are spelt out, and one that clouds use.
    const spelt = patterns.flatMap((pattern, at) => (isAddress(pattern) ? [{ example: pattern, patterns: [at] }] : []));
    const metadata = patterns.includes(metadataAddress) ? [] : [{ example: metadataAddress, patterns: [] }];
    return { classes: [...classes, ...spelt, ...metadata], complete };
  }
}

function wordOf(words: Map<string, string>, pattern: string, kind: string): Term {
  const known = words.get(pattern) ?? `${kind}_${words.size}`;
  words.set(pattern, known);
  return known;
}

function definitionsOf(
  variable: string,
  words: readonly string[],
  classes: ReturnType<typeof textClasses>['classes'],
): readonly string[] {
  return words.map((word, at) => {
    const numbers = classes.flatMap(({ patterns }, number) =>
      patterns.includes(at) ? [`(= ${variable} ${number})`] : [],
    );
    return `(define-fun ${word} () Bool ${any(numbers)})`;
  });
}

function isAddress(host: string): boolean {
  const normal = normaliseHost(host);
  return normal.kind === 'ok' && normal.address !== null;
}

/** A link-local address, or a name under which clouds hand out credentials. */
export function isLinkLocal(host: string): boolean {
  if (!isAddress(host)) return metadataNames.includes(host);
  const kind = classifyAddress(host);
  return kind === 'link_local' || kind === 'metadata';
}
