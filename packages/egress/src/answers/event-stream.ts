/** What comes of a stream of events (WHATWG HTML, 9.2.5), in the order in which it comes. */
export type StreamPart =
  /** A whole event: its lines other than data, and its data; undefined when it has none. */
  | { readonly kind: 'event'; readonly fields: readonly string[]; readonly data: string | undefined }
  /** An event whose data is longer than what is held. `more` and `field` follow until `end`. */
  | { readonly kind: 'long'; readonly fields: readonly string[]; readonly data: string }
  | { readonly kind: 'more'; readonly data: string }
  /** A line of another field, behind data that was long. */
  | { readonly kind: 'field'; readonly line: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'comment'; readonly line: string }
  /** What stands beside the data is longer than anybody needs. */
  | { readonly kind: 'too_long' };

/** Characters of an event beside its data; a name, an id and a time are less. */
const besideData = 8_192;

/** Reads a stream of events, however it is cut into pieces. An event that does not end before the stream is none. */
export class EventReader {
  readonly #most: number;
  #line = '';
  /** Whether the line is one of data; undefined until enough of it is there. */
  #isData: boolean | undefined;
  #fields: string[] = [];
  #data: string | undefined;
  /** Of `long`, `data` while a line of data passes that did not end yet. */
  #long: 'no' | 'lines' | 'data' = 'no';
  #endedByReturn = false;
  #isFirst = true;

  /** @param most characters of data that are held until their event is whole. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Characters that wait for the rest of their event. */
  get held(): number {
    return this.#line.length + (this.#data?.length ?? 0);
  }

  *feed(text: string): Generator<StreamPart, void, undefined> {
    let rest = this.#isFirst && text.startsWith('\uFEFF') ? text.slice(1) : text;
    if (text !== '') this.#isFirst = false;
    if (this.#endedByReturn && rest.startsWith('\n')) rest = rest.slice(1);
    if (text !== '') this.#endedByReturn = text.endsWith('\r');
    let from = 0;
    for (const { 0: ending, index } of rest.matchAll(/\r\n|\r|\n/g)) {
      yield* this.#take(rest.slice(from, index));
      yield* this.#endLine();
      from = index + ending.length;
    }
    yield* this.#take(rest.slice(from));
  }

  *#take(text: string): Generator<StreamPart, void, undefined> {
    if (this.#long === 'data') {
      if (text !== '') yield { kind: 'more', data: text };
      return;
    }
    this.#line += text;
    // Asked once for each line: a line that comes in a million pieces is looked at as a whole when it is whole. The space
    // behind the colon belongs to the question.
    if (this.#line.length <= 5) return;
    this.#isData ??= this.#line.startsWith('data:');
    if (!this.#isData) {
      if (this.#line.length > besideData) yield { kind: 'too_long' };
    } else if (this.#long === 'lines') {
      this.#long = 'data';
      yield { kind: 'more', data: `\n${valueIn(this.#line)}` };
      this.#line = '';
    } else if (this.held > this.#most) {
      yield this.#becomeLong('data', joined(this.#data, valueIn(this.#line)));
      this.#line = '';
    }
  }

  #becomeLong(state: 'lines' | 'data', data: string): StreamPart {
    this.#long = state;
    this.#data = undefined;
    return { kind: 'long', fields: this.#fields, data };
  }

  *#endLine(): Generator<StreamPart, void, undefined> {
    const line = this.#line;
    this.#line = '';
    this.#isData = undefined;
    if (this.#long === 'data') this.#long = 'lines';
    else if (line === '') {
      if (this.#long !== 'no') yield { kind: 'end' };
      else if (this.#fields.length > 0 || this.#data !== undefined)
        yield { kind: 'event', fields: this.#fields, data: this.#data };
      this.#fields = [];
      this.#data = undefined;
      this.#long = 'no';
    } else if (this.#long === 'lines') {
      if (line === 'data' || line === 'data:') yield { kind: 'more', data: '\n' };
      else if (!line.startsWith(':')) yield { kind: 'field', line };
    } else if (line.startsWith(':')) yield { kind: 'comment', line };
    else if (line === 'data' || line.startsWith('data:')) {
      this.#data = joined(this.#data, valueIn(line));
      if (this.#data.length > this.#most) yield this.#becomeLong('lines', this.#data);
    } else {
      this.#fields.push(line);
      if (this.#fields.join('').length > besideData) yield { kind: 'too_long' };
    }
  }
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}\n${value}`;
}

/** One space behind the colon is none of the value. */
function valueIn(line: string): string {
  return line.slice(line.charAt(5) === ' ' ? 6 : 5);
}

/** An event, written anew. */
export function writeEvent(fields: readonly string[], data: string | undefined): string {
  return `${writeBeginning(fields, data)}${data === undefined ? '' : '\n'}\n`;
}

/** The same without its end: more data may follow, see {@link writeMore}. */
export function writeBeginning(fields: readonly string[], data: string | undefined): string {
  const lines = fields.map((field) => `${withoutBreaks(field)}\n`).join('');
  return data === undefined ? lines : `${lines}data: ${writeMore(data)}`;
}

export function writeMore(data: string): string {
  return data.replaceAll('\n', '\ndata: ');
}

/** Some programs end a line where this format does not, and would see an event in the middle of another. */
export function withoutBreaks(text: string): string {
  return text.replace(otherBreaks, ' ');
}

/** All control characters but the ones of this format, and what Unicode calls an end of a line. */
const otherBreaks = /[\u0085\u2028\u2029]|[^\t\n\r -\uffff]/g;
