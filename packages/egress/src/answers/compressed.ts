import { type Fault, fault } from '../wire/fault.ts';
import { type Field, fieldValue } from '../wire/field.ts';

/** Whether the content of a message is not what it says: compressed as a whole, or message by message (gRPC). */
export function isCompressed(fields: readonly Field[]): boolean {
  return ['content-encoding', 'grpc-encoding'].some((name) => !/^(?:identity)?$/i.test(fieldValue(fields, name) ?? ''));
}

/** Fields that ask for an answer in another form than as it is, or for a part of it only. */
const aboutForm: ReadonlySet<string> = new Set(['accept-encoding', 'grpc-accept-encoding', 'range', 'if-range']);

/** Asks for an answer that can be read as it comes. */
export function inTheClear(fields: readonly Field[]): readonly Field[] {
  return [...fields.filter(({ name }) => !aboutForm.has(name)), { name: 'accept-encoding', value: 'identity' }];
}

/** An answer that has to be read, and cannot be. */
export const unreadableAnswer: Fault = fault(
  'content_encoding',
  'The answer is compressed although that was not asked for, so what is in it could not be read.',
  502,
);
