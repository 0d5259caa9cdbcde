// The lexical conventions of PDF (ISO 32000-1, section 7.2 and 7.3). Text is read as Latin-1: one character is one byte.

const whitespace = new Set(['\0', '\t', '\n', '\f', '\r', ' ']);
const delimiters = new Set(['(', ')', '<', '>', '[', ']', '{', '}', '/', '%']);
const maximumDepth = 64;

/** A value that is no string, number, boolean, list or dictionary: `name`, `reference` or `operator`. */
function symbol(kind, text) {
  return { kind, text, number: Number(text) };
}

/** Dictionaries have no prototype, so that none of them can pass for a symbol. */
export function isSymbol(value, kind) {
  return typeof value === 'object' && value !== null && value.kind === kind && Object.getPrototypeOf(value) !== null;
}

/** Reads values one after the other; `undefined` at the end. */
export class Lexer {
  constructor(text, at = 0) {
    this.text = text;
    this.at = at;
  }

  skip() {
    for (;;) {
      const character = this.text[this.at];
      if (character === '%') while (this.at < this.text.length && !/[\r\n]/.test(this.text[this.at])) this.at++;
      else if (whitespace.has(character)) this.at++;
      else return;
    }
  }

  next(depth = 0) {
    this.skip();
    if (this.at >= this.text.length || depth > maximumDepth) return undefined;
    const character = this.text[this.at];
    if (character === '/') return this.name();
    if (character === '(') return this.literal();
    if (character === '<') return this.text[this.at + 1] === '<' ? this.dictionary(depth) : this.hexadecimal();
    if (character === '[') return this.array(depth);
    if (delimiters.has(character)) {
      this.at++;
      return symbol('operator', character);
    }
    return this.word();
  }

  regular() {
    const start = this.at;
    while (this.at < this.text.length && !whitespace.has(this.text[this.at]) && !delimiters.has(this.text[this.at]))
      this.at++;
    return this.text.slice(start, this.at);
  }

  name() {
    this.at++;
    return symbol(
      'name',
      this.regular().replaceAll(/#([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    );
  }

  word() {
    const text = this.regular();
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text)) {
      const reference = /^\s+\d+\s+R(?![A-Za-z])/.exec(this.text.slice(this.at, this.at + 24));
      if (reference === null || !/^\d+$/.test(text)) return Number(text);
      this.at += reference[0].length;
      return symbol('reference', text);
    }
    if (text === 'true' || text === 'false') return text === 'true';
    return text === 'null' ? null : symbol('operator', text);
  }

  array(depth) {
    this.at++;
    const values = [];
    for (;;) {
      const value = this.next(depth + 1);
      if (value === undefined || (isSymbol(value, 'operator') && value.text === ']')) return values;
      values.push(value);
    }
  }

  dictionary(depth) {
    this.at += 2;
    const values = Object.create(null);
    for (;;) {
      const key = this.next(depth + 1);
      if (!isSymbol(key, 'name')) {
        if (isSymbol(key, 'operator') && key.text === '>' && this.text[this.at] === '>') this.at++;
        return values;
      }
      values[key.text] = this.next(depth + 1);
    }
  }

  hexadecimal() {
    const close = this.text.indexOf('>', this.at);
    const end = close === -1 ? this.text.length : close;
    const digits = this.text.slice(this.at + 1, end).replaceAll(/[^0-9A-Fa-f]/g, '');
    this.at = end + 1;
    return (digits.length % 2 === 0 ? digits : `${digits}0`).replaceAll(/../g, (pair) =>
      String.fromCharCode(Number.parseInt(pair, 16)),
    );
  }

  literal() {
    let result = '';
    let open = 1;
    for (this.at++; this.at < this.text.length; this.at++) {
      const character = this.text[this.at];
      if (character === '\\') result += this.escape();
      else {
        if (character === '(') open++;
        if (character === ')' && --open === 0) break;
        result += character;
      }
    }
    this.at++;
    return result;
  }

  escape() {
    const octal = /^[0-7]{1,3}/.exec(this.text.slice(this.at + 1, this.at + 4));
    if (octal !== null) {
      this.at += octal[0].length;
      return String.fromCharCode(Number.parseInt(octal[0], 8) & 255);
    }
    this.at++;
    const character = this.text[this.at] ?? '';
    if (character === '\r' && this.text[this.at + 1] === '\n') this.at++;
    return { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '\r': '', '\n': '' }[character] ?? character;
  }
}
