import { type Fault, fault } from './fault.ts';

/** One header field: the name in lower case, the value without surrounding white space. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

export interface Fields {
  readonly kind: 'fields';
  readonly list: readonly Field[];
}

/** More fields than this are refused; browsers send about twenty. */
const maximumFields = 100;

// RFC 9110, 5.6.2 (token) and 5.5 (field-value).
const name = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const asciiValue = /^[\t\x20-\x7e]*$/;
const latinValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Fields that mean something to this proxy or to the framing of a message. WSGI and CGI programs read `_` in a name as
 * `-`, so `Content_Length` is the same name to them and another one to us: such look-alikes are refused.
 */
const delicate = new Set(
  (
    'connection content-encoding content-length content-type expect host keep-alive proxy-authorization ' +
    'proxy-connection te trailer transfer-encoding upgrade'
  ).split(' '),
);

/** Fields of which a second one could only be read differently by somebody (RFC 9110, 5.3). */
const singletons: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'host',
  'content-type',
  'content-encoding',
  'expect',
]);

const noField: Field = { name: '', value: '' };

export interface FieldRules {
  /** Bytes above 0x7F in values: old servers write them in responses; a request has no use for them. */
  readonly allowLatin: boolean;
}

/**
 * Reads header lines by the letter of RFC 9112, 5, without the leniencies that it allows.
 *
 * @param text the lines, each with its end (CR LF).
 */
export function parseFields(text: string, rules: FieldRules): Fields | Fault {
  const list: Field[] = [];
  for (let from = 0; from < text.length; ) {
    if (list.length === maximumFields) return tooMany;
    const end = text.indexOf('\r\n', from);
    const field = parseField(text, from, end, rules);
    if ('kind' in field) return field;
    list.push(field);
    from = end + 2;
  }
  return checkFields(list);
}

/** The checks that hold for a head as a whole, in whichever version of HTTP it came. */
export function checkFields(list: readonly Field[]): Fields | Fault {
  if (list.length > maximumFields) return tooMany;
  for (let index = 1; index < list.length; index++) {
    const { name: wanted } = list[index] ?? noField;
    if (!singletons.has(wanted)) continue;
    for (let other = 0; other < index; other++)
      if (list[other]?.name === wanted) return fault('duplicate_field', `The field ${wanted} is there more than once.`);
  }
  return { kind: 'fields', list };
}

/** What is wrong with the name of a field, in lower case, or with its value. */
export function fieldFault({ name: lowerName, value }: Field, rules: FieldRules): Fault | undefined {
  return name.test(lowerName) ? (lookAlike(lowerName) ?? valueFault(value, rules)) : badName;
}

function lookAlike(lowerName: string): Fault | undefined {
  if (!lowerName.includes('_') || !delicate.has(lowerName.replaceAll('_', '-'))) return undefined;
  return fault('look_alike_field', 'The name of a header field differs from a framing field by an underscore only.');
}

function valueFault(value: string, { allowLatin }: FieldRules): Fault | undefined {
  if ((allowLatin ? latinValue : asciiValue).test(value)) return undefined;
  return fault('field_value', 'The value of a header field has a character it may not have.');
}

const badName: Fault = fault('field_name', 'The name of a header field has a character it may not have.');

const tooMany: Fault = fault('too_many_fields', 'There are too many header fields.', 431);

function parseField(text: string, from: number, end: number, rules: FieldRules): Field | Fault {
  if (isBlank(text, from)) return fault('folded_field', 'A header field is folded over several lines.');
  const colon = text.indexOf(':', from);
  if (colon === -1 || colon > end) return fault('no_colon', 'A header line has no colon.');
  const written = text.slice(from, colon);
  // The pattern of names is ASCII: what lower-casing would make of other letters is refused with them.
  if (!name.test(written)) return badName;
  const field = { name: written.toLowerCase(), value: trimOptionalSpace(text, colon + 1, end) };
  return lookAlike(field.name) ?? valueFault(field.value, rules) ?? field;
}

// Not String.trim: it also takes off vertical tabs, form feeds and Unicode spaces, which are no OWS.
function trimOptionalSpace(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text, start)) start++;
  while (end > start && isBlank(text, end - 1)) end--;
  return text.slice(start, end);
}

function isBlank(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code === 32 || code === 9;
}

/** The value of the first field of this (lower-case) name. */
export function fieldValue(fields: readonly Field[], wanted: string): string | undefined {
  for (const { name: known, value } of fields) if (known === wanted) return value;
  return undefined;
}
