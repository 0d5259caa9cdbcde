import type { Endpoint } from '@clawhold/spec';

/** What texts may look like, as an automaton over characters; state 0 is the start. */
export interface Shape {
  /** A negative state: no text goes on from here. */
  step(state: number, character: string): number;
  ends(state: number): boolean;
  /** Characters to stand for all that no pattern spells out; the first that is free is taken. */
  readonly others: string;
  /** Characters that every exploration tries, because the shape needs them. */
  readonly structure: string;
}

const dead = -1;

/** Host names in normal form; the last label has a letter, so that none is an address. */
export const hostName: Shape = {
  others: 'xyzqjkvwabcdefghilmnoprstu0123456789',
  structure: '.',
  // 0 a label begins; 1 and 2 in one that has a letter, 2 behind a hyphen; 3 and 4 the same without.
  step(state, character) {
    if (/[a-z_]/.test(character)) return 1;
    const lettered = state === 1 || state === 2;
    if (/[0-9]/.test(character)) return lettered ? 1 : 3;
    if (character === '-') return state === 0 ? dead : lettered ? 2 : 4;
    return character === '.' && (state === 1 || state === 3) ? 0 : dead;
  },
  ends: (state) => state === 1,
};

/**
 * The octets that stand percent-encoded in a normal path: no unreserved characters (RFC 3986, 6.2.2), and nothing that is
 * refused (`request/path.ts`). An encoded slash is a matter of its endpoint and not among them.
 */
const encodedOctets: ReadonlySet<string> = new Set(
  Array.from({ length: 256 }, (_, code) => code)
    .filter((code) => code >= 0x20 && code !== 0x7f && !/[\w.~/\\;-]/.test(String.fromCharCode(code)))
    .map((code) => code.toString(16).toUpperCase()),
);
const digits = '0123456789ABCDEF';
/** Behind `%` and the digit of this position; the second where an encoded slash would stand beside nothing or dots. */
const [behindDigit, behindOpenDigit] = [16, 32];

/**
 * Paths in normal form: they begin with a slash, and no segment is empty (but the last), `.` or `..`; nor is what stands
 * between encoded slashes.
 */
function pathShape(encoded: ReadonlySet<string>): Shape {
  return {
    others: 'xyzqjkvwabcdefghilmnoprstuXYZ0123456789-_~',
    structure: '/',
    // 0 nothing yet; 1 behind a slash; 2 in a segment; 3 in `.`; 4 in `..`; 5 behind `%`; 6 behind `%25`, 7 one digit further;
    // 8 behind `%2F`; 9 and 10 in `.` and `..` behind it; 11 behind a `%` that follows nothing or dots
    step(state, character) {
      if (state === 0) return character === '/' ? 1 : dead;
      const isInPart = state === 2 || state === 6 || state === 7;
      const digit = digits.indexOf(character);
      if (state === 5) return digit < 0 ? dead : behindDigit + digit;
      if (state === 11) return digit < 0 ? dead : behindOpenDigit + digit;
      if (state >= behindDigit) {
        const isOpen = state >= behindOpenDigit;
        const octet = `${digits.charAt(state - (isOpen ? behindOpenDigit : behindDigit))}${character}`;
        if (!encoded.has(octet)) return dead;
        if (octet === '2F') return isOpen ? dead : 8;
        return octet === '25' ? 6 : 2;
      }
      if (character === '%') return isInPart ? 5 : 11;
      if (character === '/') return isInPart ? 1 : dead;
      if (!/[\w.~!$&'()*+,=:@-]/.test(character)) return dead;
      // Two digits behind it would be encoded twice.
      if (/[0-9A-Fa-f]/.test(character) && (state === 6 || state === 7)) return state === 6 ? 7 : dead;
      if (character !== '.' || isInPart) return 2;
      return { 1: 3, 3: 4, 8: 9, 9: 10 }[state] ?? 2;
    },
    ends: (state) => state === 1 || state === 2 || state === 6 || state === 7,
  };
}

export const normalPath: Shape = pathShape(encodedOctets);
/** The same with `%2F` among them, where an endpoint has `allow_encoded_slash`. */
const pathWithEncodedSlash: Shape = pathShape(new Set([...encodedOctets, '2F']));
/** A path with one matches one of these. */
export const encodedSlashPatterns: readonly string[] = ['/**/*%2F*', '/**/*%2F*/**'];

/** What the paths of requests look like that may be asked of these endpoints. */
export function pathsAt(endpoints: readonly Endpoint[]): Shape {
  return allowsEncodedSlash(endpoints) ? pathWithEncodedSlash : normalPath;
}

export function allowsEncodedSlash(endpoints: readonly Endpoint[]): boolean {
  return endpoints.some((endpoint) => endpoint.allow_encoded_slash === true);
}

/** Any text of one character or more, for names of tools, methods and models. */
export const name: Shape = {
  others: 'xyzqjkvwabcdefghilmnoprstuXYZ0123456789-_~',
  structure: '',
  step: () => 1,
  ends: (state) => state === 1,
};

/** `provider/model`. */
export const modelName: Shape = {
  others: name.others,
  structure: '/',
  // 0 and 1 the provider, 2 and 3 the model; the even ones empty.
  step: (state, character) => (state < 2 ? (character === '/' ? (state === 1 ? 2 : dead) : 1) : 3),
  ends: (state) => state === 3,
};

/** A name that begins with a letter or `_`, as operations and fields of GraphQL and methods of gRPC have it. */
export const programName: Shape = {
  others: 'xyzqjkvwabcdefghilmnoprstuXYZ0123456789_',
  structure: 'x',
  step: (state, character) =>
    state === 0 ? (/[A-Za-z_]/.test(character) ? 1 : dead) : /\w/.test(character) ? 1 : dead,
  ends: (state) => state === 1,
};

/** `package.Service`: such names, with a dot between them. */
export const grpcService: Shape = {
  ...programName,
  structure: 'x.',
  step: (state, character) => (state === 1 && character === '.' ? 0 : programName.step(state, character)),
};

/** A tool of MCP by its strict names: letters, digits, `_`, `.` and `-`. */
export const toolName: Shape = {
  others: name.others,
  structure: '',
  step: (_state, character) => (/[\w.-]/.test(character) ? 1 : dead),
  ends: (state) => state === 1,
};
