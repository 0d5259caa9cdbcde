import { operationTypes, type RequestMessage } from '@clawhold/spec';
import { toolCallMethod } from '../operation/mcp-methods.ts';
import { type TextClasses, textClasses } from '../space/classes.ts';
import { name } from '../space/shape.ts';
import { all, any, not, type Term } from './term.ts';

/** Messages of these protocols are told apart; the first stands for a request without one. */
const kinds = ['none', 'graphql', 'mcp', 'json-rpc', 'a2a', 'grpc'] as const;
export type MessageKind = (typeof kinds)[number];

/** The names in a message: the method of a call, a tool, a service of gRPC, and what a GraphQL operation is called. */
const names = ['call', 'tool', 'service', 'called'] as const;
type Name = (typeof names)[number];

const namesIn = {
  none: [],
  mcp: ['call', 'tool'],
  'json-rpc': ['call'],
  a2a: ['call'],
  grpc: ['service', 'call'],
} as const satisfies Readonly<Record<Exclude<MessageKind, 'graphql'>, readonly Name[]>>;

function kindOf(values: ReadonlyMap<string, string>): MessageKind {
  return kinds[Number(values.get('message') ?? 0)] ?? 'none';
}

/** What the numbers of a model stand for in a message. */
export interface MessageMeaning {
  readonly definitions: readonly string[];
  /** The variables whose values make a message. */
  readonly variables: readonly string[];
  /** False when there are too many patterns to divide all names by them. */
  readonly complete: boolean;
  /** Those of them that make the message of these values: the others are nothing to it. */
  telling(values: ReadonlyMap<string, string>): readonly string[];
  messageOf(values: ReadonlyMap<string, string>): RequestMessage | undefined;
}

/** The words of a script about what is read from a request: one for each pattern over names that a rule has. */
export class MessageWords {
  readonly #names: Readonly<Record<Name, Map<string, Term>>> = {
    call: new Map(),
    tool: new Map(),
    service: new Map(),
    called: new Map(),
  };
  /** Lists of patterns over root fields, by the word for "there are some, and each matches one". */
  readonly #onlyFields = new Map<Term, readonly string[]>();
  readonly #fields = new Map<string, Term>();
  readonly #toolCall = this.name('call', toolCallMethod);

  kind(kind: MessageKind): Term {
    return `(= message ${kinds.indexOf(kind)})`;
  }

  name(what: Name, pattern: string): Term {
    const words = this.#names[what];
    const word = words.get(pattern) ?? `${what}_${words.size}`;
    words.set(pattern, word);
    return word;
  }

  /** A GraphQL operation of this type. */
  operation(type: (typeof operationTypes)[number] | '*'): Term {
    return type === '*' ? 'true' : `(= operation ${operationTypes.indexOf(type)})`;
  }

  /** Some root field of the operation matches one of these patterns. */
  someField(patterns: readonly string[]): Term {
    return any(patterns.map((pattern) => this.#field(pattern)));
  }

  /** It has root fields, and each matches one of these patterns. */
  onlyFields(patterns: readonly string[]): Term {
    for (const pattern of patterns) this.#field(pattern);
    const word = `only_fields_${this.#onlyFields.size}`;
    this.#onlyFields.set(word, patterns);
    return word;
  }

  #field(pattern: string): Term {
    const word = this.#fields.get(pattern) ?? `some_field_${this.#fields.size}`;
    this.#fields.set(pattern, word);
    return word;
  }

  /** Divides all names by the patterns that were named until now. */
  meaning(): MessageMeaning {
    const classes = Object.fromEntries(
      names.map((what) => [what, textClasses([...this.#names[what].keys()], null, name)]),
    ) as Readonly<Record<Name, TextClasses>>; // made of the same names
    const patterns = [...this.#fields.keys()];
    const fields = textClasses(patterns, null, name);
    const variables = fields.classes.map((_, at) => `field_${at}`);
    return {
      definitions: [
        ...['message', 'operation', ...names].map((variable) => `(declare-const ${variable} Int)`),
        ...variables.map((variable) => `(declare-const ${variable} Bool)`),
        `(assert (<= 0 message ${kinds.length - 1}))`,
        `(assert (<= 0 operation ${operationTypes.length - 1}))`,
        ...names.flatMap((what) => this.#definitionsOf(what, classes[what])),
        ...[...this.#fields.values()].map((word, pattern) => {
          const meeting = variables.filter((_, at) => fields.classes[at]?.patterns.includes(pattern));
          return `(define-fun ${word} () Bool ${any(meeting)})`;
        }),
        ...[...this.#onlyFields].map(([word, list]) => {
          const wanted = new Set(list.map((pattern) => patterns.indexOf(pattern)));
          const others = variables.filter((_, at) => !fields.classes[at]?.patterns.some((one) => wanted.has(one)));
          return `(define-fun ${word} () Bool ${all([any(variables), not(any(others))])})`;
        }),
        // A tool is called by one method and no other.
        `(assert (=> ${this.kind('mcp')} (= ${this.#toolCall} (> tool 0))))`,
      ],
      variables: ['message', 'operation', ...names, ...variables],
      complete: fields.complete && names.every((what) => classes[what].complete),
      telling(values) {
        const kind = kindOf(values);
        return ['message', ...(kind === 'graphql' ? ['operation', 'called', ...variables] : namesIn[kind])];
      },
      messageOf(values) {
        const text = (what: Name): string | null =>
          classes[what].classes[Number(values.get(what) ?? 0) - 1]?.example ?? null;
        const protocol = kindOf(values);
        const method = text('call') ?? '';
        switch (protocol) {
          case 'none':
            return undefined;
          case 'mcp':
            return { protocol, method, tool: text('tool'), arguments: {} };
          case 'json-rpc':
          case 'a2a':
            return { protocol, method, params: {} };
          case 'grpc':
            return { protocol, service: text('service') ?? '', method };
          case 'graphql':
            return {
              protocol,
              type: operationTypes[Number(values.get('operation') ?? 0)] ?? 'query',
              name: text('called'),
              fields: fields.classes.flatMap(({ example }, at) =>
                values.get(`field_${at}`) === 'true' ? [example] : [],
              ),
              persisted: null,
            };
          default:
            return protocol satisfies never;
        }
      },
    };
  }

  /** 0 is no name, which a call and a service always have. */
  #definitionsOf(what: Name, { classes }: TextClasses): readonly string[] {
    const least = what === 'call' || what === 'service' ? 1 : 0;
    return [
      `(assert (<= ${least} ${what} ${classes.length}))`,
      ...[...this.#names[what].values()].map((word, pattern) => {
        const meeting = classes.flatMap(({ patterns }, at) =>
          patterns.includes(pattern) ? [`(= ${what} ${at + 1})`] : [],
        );
        return `(define-fun ${word} () Bool ${any(meeting)})`;
      }),
    ];
  }
}
