import { type Caller, confidentialityLevels, type EgressQuestion, integrityLevels } from '@clawhold/spec';
import { textClasses } from '../space/classes.ts';
import { normalPath } from '../space/shape.ts';
import type { Callers } from './sight.ts';
import { all, type Term } from './term.ts';
import type { Meaning } from './vocabulary.ts';

/** The values of a model as `get-value` prints them, by variable. */
export function readValues(answer: string): ReadonlyMap<string, string> {
  return new Map([...answer.matchAll(/\((\w+) (\w+)\)/g)].map(([, name = '', value = '']) => [name, value]));
}

/** A term about the request of these values: its host, path, method and message are the same. */
export function sameRequest(values: ReadonlyMap<string, string>, { messages }: Meaning): Term {
  return all(
    ['host', 'path', 'method', ...messages.telling(values)].map((name) => `(= ${name} ${values.get(name) ?? 0})`),
  );
}

/** The question that a model stands for. */
export function questionOf(values: ReadonlyMap<string, string>, callers: Callers, meaning: Meaning): EgressQuestion {
  const value = (name: string): string => values.get(name) ?? '';
  const text = (kind: 'host' | 'path' | 'method', texts: readonly string[]): string => texts[Number(value(kind))] ?? '';
  const port = Number(value('port'));
  const connecting = value('connecting') === 'true';
  const message = meaning.messages.messageOf(values);
  return {
    kind: 'egress',
    caller: callerOf(values, callers),
    host: text('host', meaning.hosts),
    port,
    scheme: connecting ? 'tcp' : port === 443 ? 'https' : 'http',
    ...(connecting
      ? {}
      : {
          operation: {
            method: text('method', meaning.methods),
            path: text('path', meaning.paths),
            query: '',
            parameters: [],
            ...(message === undefined ? {} : { message }),
          },
        }),
    data: {
      integrity: integrityLevels[Number(value('integrity'))] ?? 'external',
      confidentiality: confidentialityLevels[Number(value('confidentiality'))] ?? 'secret',
      readers: null,
      sources: [],
    },
  };
}

/** A caller that is, with its ancestors, in exactly the lists of executables that the model says. */
function callerOf(values: ReadonlyMap<string, string>, callers: Callers): Caller {
  if (values.get('unknown_caller') === 'true') return { agent: 'agent' };
  const ancestors = callers.lists().flatMap(({ variable, patterns }) => {
    if (values.get(variable) !== 'true') return [];
    const found = textClasses(patterns, '/', normalPath).classes.find((one) => one.patterns.length > 0);
    return found === undefined ? [] : [found.example];
  });
  return { agent: 'agent', executable: '/nobody', ancestors };
}
