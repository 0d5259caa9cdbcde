import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMessages } from './read-messages.ts';

/** Two readers of one request: ours, and one as lenient as servers are. Whatever ours accepts, both read alike. */

const fields = [{ name: 'content-type', value: 'application/json' }];
const read = (protocol: 'mcp' | 'graphql', text: string) =>
  readMessages(protocol, { method: 'POST', path: '/', query: '', fields, body: Buffer.from(text) });

/** As Go's decoder does it: keys in any case, the last one counts. */
function lenient(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).findLast(([name]) => name.toLowerCase() === key)?.[1];
}

const spelled = (...names: readonly string[]) =>
  fc.constantFrom(...names.flatMap((name) => [name, name, name, name.toUpperCase(), `${name}s`]));
const tool = fc.constantFrom<unknown>('search', 'drop', 'x y', 7, null);
const pairs = <Key, Value>(key: fc.Arbitrary<Key>, value: fc.Arbitrary<Value>) =>
  fc.array(fc.tuple(key, value), { maxLength: 3 });
/** An object in which keys may stand twice, as text. */
const written = (list: readonly (readonly [string, string])[]) =>
  `{${list.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
const json = (value: fc.Arbitrary<unknown>) => value.map((one) => JSON.stringify(one));
const parameters = fc
  .tuple(json(tool), pairs(spelled('name', 'arguments'), fc.oneof(json(tool), fc.constant('{"a":1}'))))
  .map(([name, more]) => written([['name', name], ...more]));
const envelope = fc
  .tuple(
    parameters,
    pairs(
      spelled('method', 'params', 'result', 'id'),
      fc.oneof(parameters, json(fc.constantFrom<unknown>('tools/call', 'ping', 'session/end', 1))),
    ),
  )
  .map(([params, more]) =>
    written(
      [['jsonrpc', '"2.0"'], ['id', '1'], ['method', '"tools/call"'], ['params', params], ...more].slice(0, 7) as [
        string,
        string,
      ][],
    ),
  );

test(verifies('egress.one-message', 'a lenient server reads the call that was decided'), () => {
  let compared = 0;
  fc.assert(
    fc.property(envelope, (text) => {
      const result = read('mcp', text);
      if (result.kind === 'fault') return;
      const [{ message }] = result.list;
      if (message.protocol !== 'mcp') throw new Error('It was read as something else.');
      const other: unknown = JSON.parse(text);
      const params = lenient(other, 'params');
      expect(message.method).toBe(lenient(other, 'method'));
      if (message.method !== 'tools/call') return expect(message.arguments).toEqual(params ?? {});
      expect(message.tool).toBe(lenient(params, 'name'));
      expect(message.arguments).toEqual(lenient(params, 'arguments') ?? {});
      compared++;
    }),
    { numRuns: scale(5_000) },
  );
  expect(compared).toBeGreaterThan(50);
});

interface Part {
  readonly text: string;
  readonly fields: readonly string[];
}

const field = fc.constantFrom('me', 'pay', 'secrets', '__schema');
const { selection } = fc.letrec<{ selection: Part }>((tie) => ({
  selection: fc.oneof(
    { maxDepth: 4 },
    field.map((name): Part => ({ text: name, fields: [name] })),
    fc.tuple(field, field).map(([alias, name]): Part => ({ text: `${alias} : ${name}(a: 1) { id }`, fields: [name] })),
    fc.array(tie('selection'), { minLength: 1, maxLength: 3 }).map(
      (parts): Part => ({
        text: `... on T @x { ${parts.map(({ text }) => text).join(', ')} }`,
        fields: parts.flatMap((part) => part.fields),
      }),
    ),
  ),
}));

test(verifies('egress.graphql', 'whatever aliases and fragments it is wrapped in, a root field is found'), () => {
  const one = fc.record({
    inside: fc.array(selection, { minLength: 1, maxLength: 3 }),
    spread: fc.array(selection, { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(one, fc.boolean(), ({ inside, spread }, first) => {
      const text = (parts: readonly Part[]) => parts.map((part) => part.text).join(' ');
      const fragment = `fragment F on T { ${text(spread)} }`;
      const operation = `mutation M { ${text(inside)} ...F }`;
      const query = first ? `${fragment} ${operation}` : `${operation} # ${text(spread)}\n${fragment}`;
      const result = read('graphql', JSON.stringify({ query }));
      const wanted = [...new Set([...inside, ...spread].flatMap((part) => part.fields))].toSorted();
      const found =
        result.kind === 'messages' && result.list[0].message.protocol === 'graphql'
          ? result.list[0].message
          : undefined;
      expect(found?.fields.toSorted(), query).toEqual(wanted);
      expect(found).toMatchObject({ type: 'mutation', name: 'M' });
    }),
    { numRuns: scale(1_000) },
  );
});
