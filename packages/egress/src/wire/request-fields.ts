import { endToEndFields, wantsClose } from './end-to-end.ts';
import { type Fault, fault } from './fault.ts';
import { type Field, type Fields, fieldValue } from './field.ts';
import { declaredFraming, type Framing } from './framing.ts';
import type { FieldReading } from './head-reader.ts';
import { overrideInFields } from './override.ts';

/** The fields of a request, and what they say whatever is asked for. */
export interface RequestFields extends Fields {
  /** Those that belong to the message and not to its connection. */
  readonly endToEnd: readonly Field[];
  /** Where its body ends; undefined when nothing is said of one. */
  readonly framing: Framing | undefined;
  readonly wantsClose: boolean;
  readonly wantsUpgrade: boolean;
  /** The client reads fields after the content of an answer (`TE: trailers`). */
  readonly readsTrailers: boolean;
}

/** A request has no use for bytes above 0x7F. */
export const requestFields: FieldReading<RequestFields> = { rules: { allowLatin: false }, read: readRequestFields };

function readRequestFields(list: readonly Field[]): RequestFields | Fault {
  const wantsUpgrade = fieldValue(list, 'upgrade') !== undefined;
  const refused = refusedField(list, wantsUpgrade);
  if (refused !== undefined) return refused;
  const framing = declaredFraming(list);
  if (framing?.kind === 'fault') return framing;
  return {
    kind: 'fields',
    list,
    endToEnd: endToEndFields(list),
    framing,
    wantsClose: wantsClose(list),
    wantsUpgrade,
    readsTrailers: /^trailers$/i.test(fieldValue(list, 'te') ?? ''),
  };
}

// A Connection option names a field that ends here. Naming Host or Content-Length makes some proxies drop it.
const connectionOptions: ReadonlySet<string> = new Set(['close', 'keep-alive', 'te', 'proxy-connection']);

export const noUpgrade: Fault = fault(
  'upgrade',
  'This proxy does not change protocols (Upgrade), but to a WebSocket.',
  501,
);

function namesKnownOptions(value: string, wantsUpgrade: boolean): boolean {
  return value.split(',').every((written) => {
    const option = written.trim().toLowerCase();
    return connectionOptions.has(option) || (wantsUpgrade && option === 'upgrade');
  });
}

function refusedField(fields: readonly Field[], wantsUpgrade: boolean): Fault | undefined {
  for (const { name, value } of fields) {
    if (name === 'upgrade' && value.toLowerCase() !== 'websocket') return noUpgrade;
    if (name === 'trailer') return fault('trailers', 'Requests with trailers are not forwarded.');
    if (name === 'expect' && value.toLowerCase() !== '100-continue')
      return fault('expectation', 'The only expectation is 100-continue.', 417);
    if (name === 'connection' && !namesKnownOptions(value, wantsUpgrade))
      return fault('connection_option', 'The field Connection names something else than close and keep-alive.');
  }
  return overrideInFields(fields);
}
