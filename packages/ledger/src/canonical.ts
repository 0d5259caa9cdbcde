import { ClawholdError } from '@clawhold/spec';

/** Nesting beyond this is refused: no event needs it, and a hostile one must not exhaust the stack. */
export const maximumDepth = 64;

/**
 * Writes a value as canonical JSON (RFC 8785): keys in the order of their UTF-16 units, numbers and strings as
 * ECMAScript writes them, no spaces. Two values that are equal as JSON give the same text, and so the same hash.
 *
 * An object's property that is `undefined` is left out, as JSON does.
 *
 * @throws ClawholdError `input_not_canonical` for what JSON cannot say exactly: a number that is not finite, a string
 *   with a lone surrogate, a bigint, a function, an instance of a class, or nesting beyond {@link maximumDepth}.
 */
export function canonicalize(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > maximumDepth) throw refusal(`it is nested more than ${maximumDepth} levels deep`);
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      if (!Number.isFinite(value)) throw refusal(`${value} is not a number that JSON knows`);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      // Array.from, because map passes over the holes of a sparse array.
      if (Array.isArray(value)) return `[${Array.from(value, (element) => write(element, depth + 1)).join(',')}]`;
      return writeObject(value, depth);
    default:
      throw refusal(`it contains a ${typeof value}`);
  }
}

/** Text that JSON writes as it is: most of what is recorded, and quicker found out than quoted. */
const plainText = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Writes a string that is known to be well-formed. */
export function quote(text: string): string {
  return plainText.test(text) ? `"${text}"` : JSON.stringify(text);
}

function writeString(text: string): string {
  if (plainText.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw refusal('a string in it holds half a surrogate pair');
  return JSON.stringify(text);
}

function writeObject(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refusal('it contains an instance of a class');
  const members = value as Readonly<Record<string, unknown>>; // a plain object, as was just seen
  let text = '';
  // Without a comparison of our own, strings are sorted by UTF-16 code units: the order of RFC 8785, section 3.2.3.
  for (const key of Object.keys(members).toSorted()) {
    const member = members[key];
    if (member === undefined) continue;
    text += `${text === '' ? '{' : ','}${writeString(key)}:${write(member, depth + 1)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

function refusal(why: string): ClawholdError {
  return new ClawholdError('input_not_canonical', `This value cannot be recorded: ${why}.`, {
    hint: 'Record strings, finite numbers, booleans, null, lists and plain objects only.',
  });
}
