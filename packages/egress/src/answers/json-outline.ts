import { foldKey } from '@clawhold/policy';

/**
 * What is seen of a message so far. `telling`: it has a method, or a list of tools in its result. `unclear`: two programs
 * could read it differently, or it is no JSON.
 */
export type Sight = 'plain' | 'telling' | 'unclear';

/** Deeper values are refused; nobody sends them. */
const maximumDepth = 128;
/** A longer key, every character of it escaped, is none of those that matter. */
const longestKey = 128;

/**
 * Follows JSON as it passes and says what kind of message of a server it is (JSON-RPC 2.0), or what kinds are in a batch,
 * without keeping it. It reads structure only: keys of a message and of its result, each unescaped.
 */
export class JsonOutline {
  #sight: Sight = 'plain';
  /** What is open, outermost first: `{`, `[`. */
  readonly #open: string[] = [];
  /** The folded keys of the message that is open. */
  #keys = new Set<string>();
  #isInResult = false;
  #isKeyNext = false;
  #state: 'outside' | 'string' | 'escape' = 'outside';
  /** The raw text of the string that may be a key; undefined when nobody wants to know. */
  #string: string | undefined;
  #hasEnded = false;

  get sight(): Sight {
    return this.#sight;
  }

  feed(text: string): void {
    let index = 0;
    while (index < text.length && this.#sight !== 'unclear') {
      if (this.#state !== 'outside') index = this.#inside(text, index);
      else if (isOrdinaryAt(text, index)) {
        // Numbers, `true`, `false`, `null`: nothing that could hold a key.
        if (this.#hasEnded && text.slice(index, ordinary.lastIndex).trim() !== '') this.#sight = 'unclear';
        index = ordinary.lastIndex;
      } else {
        this.#outside(text.charAt(index));
        index++;
      }
    }
  }

  #outside(letter: string): void {
    if (this.#hasEnded) this.#sight = 'unclear';
    else if (letter === '"') {
      this.#state = 'string';
      this.#string = this.#isKeyNext && this.#matters() ? '' : undefined;
    } else if (letter === '{' || letter === '[') {
      this.#open.push(letter);
      this.#isKeyNext = letter === '{';
      if (letter === '{' && this.#isAtMessage()) this.#keys = new Set();
      if (this.#open.length > maximumDepth) this.#sight = 'unclear';
    } else if (letter === '}' || letter === ']') {
      if (this.#open.pop() !== (letter === '}' ? '{' : '[')) this.#sight = 'unclear';
      this.#isKeyNext = false;
      this.#hasEnded = this.#open.length === 0;
    } else if (letter === ',') this.#isKeyNext = this.#open.at(-1) === '{';
    // Comments, other quotes and whatever else some programs take for JSON beyond the standard.
    else if (letter !== ':') this.#sight = 'unclear';
  }

  /** Goes on within a string and returns where it stopped. */
  #inside(text: string, from: number): number {
    if (this.#state === 'escape') {
      this.#keep(text.charAt(from));
      this.#state = 'string';
      return from + 1;
    }
    stop.lastIndex = from;
    const index = stop.exec(text)?.index ?? text.length;
    this.#keep(text.slice(from, index));
    const letter = text.charAt(index);
    if (letter === '') return index;
    if (letter === '"') {
      this.#state = 'outside';
      if (this.#string !== undefined) this.#key(this.#string);
      this.#isKeyNext = false;
    } else if (letter === '\\') {
      this.#keep(letter);
      this.#state = 'escape';
    } else this.#sight = 'unclear';
    return index + 1;
  }

  #keep(text: string): void {
    if (this.#string !== undefined && this.#string.length <= longestKey) this.#string += text;
  }

  #key(raw: string): void {
    if (raw.length > longestKey) return;
    const key = unescaped(raw);
    if (key === undefined) this.#sight = 'unclear';
    else if (this.#isAtMessage()) this.#keyOfMessage(key);
    else if (this.#isInResult && foldKey(key) === 'tools') this.#sight = key === 'tools' ? 'telling' : 'unclear';
  }

  #keyOfMessage(key: string): void {
    const folded = foldKey(key);
    if (this.#keys.has(folded) || (envelope.has(folded) && folded !== key)) this.#sight = 'unclear';
    this.#keys.add(folded);
    this.#isInResult = key === 'result';
    if (this.#keys.has('method') && this.#keys.has('result')) this.#sight = 'unclear';
    else if (key === 'method') this.#sight = 'telling';
  }

  /** Whether the object that is open is a message, or the result of one. */
  #matters(): boolean {
    return this.#isAtMessage() || (this.#isInResult && this.#open.length === this.#messageDepth() + 1);
  }

  #isAtMessage(): boolean {
    return this.#open.length === this.#messageDepth();
  }

  #messageDepth(): number {
    return this.#open[0] === '[' ? 2 : 1;
  }
}

const envelope: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);

const ordinary = /[A-Za-z0-9+. \n\r\t-]+/y;

/** What ends the run of ordinary characters in a string; control characters may not stand there. */
const stop = /["\\]|[^ -\uffff]/g;

function isOrdinaryAt(text: string, index: number): boolean {
  ordinary.lastIndex = index;
  return ordinary.test(text);
}

function unescaped(raw: string): string | undefined {
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return undefined;
  }
}
