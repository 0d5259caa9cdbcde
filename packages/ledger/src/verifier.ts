import { type EventType, eventBodies } from '@clawhold/spec';
import type { Batch } from './batch.ts';
import { type ExportHeader, lineKind, parseBatchLine } from './export-line.ts';
import { finding, insertedAt, recordRange } from './finding.ts';
import { Frontier } from './frontier.ts';
import { hashLeaf, hashLength, sameBytes, splitHashes } from './hash.ts';
import type { OutsideHeads } from './outside-heads.ts';
import { parseRecordLine, type ReadRecord } from './record.ts';
import { SignatureWindow } from './signature-window.ts';
import type { VerifyingKey } from './signing-key.ts';
import { Suspect } from './suspect.ts';
import { readHead, type TreeHead, verifyHead } from './tree-head.ts';
import { UnprovedBatch } from './unproved-batch.ts';
import type { AlteredLedger, Verification } from './verification.ts';

/** How the line of a record ends, as its keys stand in their order. */
const endingOf = (type: string): Uint8Array => Buffer.from(`"type":"${type}"}`);

/** Of a record that a gateway appends when an operator let it go on after a cut tail. */
const cutRecordEnding = endingOf('ledger.cut');

/** Somebody who looks at what records say, beside the proof that nobody changed them. */
export interface RecordWatch {
  readonly types: readonly EventType[];
  readonly see: (record: ReadRecord) => void;
}

export interface VerifierOptions {
  readonly header: ExportHeader;
  readonly outside: OutsideHeads;
  readonly key: VerifyingKey;
  readonly watch?: RecordWatch | undefined;
}

/**
 * Checks an export line by line, in constant memory. Everything up to the first finding is proved; after it the rest is
 * read only to tell what happened. A good record costs one hash and one comparison.
 */
export class Verifier {
  readonly #options: VerifierOptions;
  readonly #signatures: SignatureWindow;
  readonly #watchedEndings: readonly Uint8Array[];
  /** The tree of all batches whose leaf lists were proved. */
  readonly #frontier: Frontier;
  #head: TreeHead | null = null;
  /** The batch whose records are being read, and the sequence of the next of them. */
  #batch: Batch | undefined;
  #next: number;
  /** Set while the leaf list of the batch was not proved by its root. */
  #unproved: UnprovedBatch | undefined;
  /** Records that no batch covers so far, as leaves behind the proved tree. */
  #uncovered: Frontier | undefined;
  #suspect: Suspect | undefined;
  #result: AlteredLedger | undefined;

  constructor(options: VerifierOptions) {
    const { start, from } = options.header;
    this.#options = options;
    this.#watchedEndings = options.watch?.types.map(endingOf) ?? [];
    this.#signatures = new SignatureWindow(options.key, start?.head ?? null);
    this.#frontier = (start && Frontier.parse(from - 1, start.frontier)) ?? Frontier.empty();
    this.#next = from;
    this.#result = this.#checkStart();
  }

  /** The outcome is known: the rest of the export need not be read. */
  get isSettled(): boolean {
    return this.#result !== undefined;
  }

  /** Takes the next line after the header, without its line feed. */
  accept(line: Uint8Array): void {
    this.#result ??= this.#orForged(this.#read(line));
  }

  /** What is known when every line was accepted. */
  finish(): Verification {
    this.#result ??= this.#orForged(this.#readEnd());
    if (this.#result !== undefined) return this.#result;
    const { outside, header } = this.#options;
    return {
      kind: 'intact',
      records: this.#frontier.size - header.from + 1,
      head: this.#head,
      headSource: outside.foundOne ? 'outside' : 'database only',
      acceptedCuts: outside.acceptedCuts,
    };
  }

  #read(line: Uint8Array): AlteredLedger | undefined {
    const kind = lineKind(line);
    if (kind === 'batch') return this.#readBatch(line);
    if (kind === 'record') return this.#suspect === undefined ? this.#readRecord(line) : this.#investigate(line);
    return finding(this.#next, 'changed', `What stands at record ${this.#next} is no line of a ledger.`);
  }

  #readRecord(line: Uint8Array): AlteredLedger | undefined {
    const batch = this.#batch;
    if (batch === undefined || this.#next > batch.size) return this.#readUncovered(line);
    if (this.#unproved !== undefined) return this.#readUnproved(line, this.#unproved);
    const place = this.#next;
    const leaf = leafAt(batch, place);
    if (!sameBytes(hashLeaf(line), leaf)) return this.#suspectRecord(line, batch, leaf);
    this.#next += 1;
    if (endsWith(line, cutRecordEnding)) this.#noteCut(line);
    if (this.#watchedEndings.some((ending) => endsWith(line, ending))) this.#show(line);
    return undefined;
  }

  #suspectRecord(line: Uint8Array, batch: Batch, leaf: Uint8Array): AlteredLedger | undefined {
    const place = this.#next;
    const record = parseRecordLine(toText(line));
    if (record === undefined) return finding(place, 'changed', `What stands at record ${place} is no record.`);
    if (record.sequence > place)
      return finding(place, 'removed', `Record ${place} is missing: the next one is ${record.sequence}.`);
    if (record.sequence < place) return insertedAt(record.sequence);
    this.#suspect = new Suspect(record, leaf);
    for (let later = place + 1; later <= batch.size; later += 1) this.#suspect.seeLeaf(later, leafAt(batch, later));
    return undefined;
  }

  #investigate(line: Uint8Array): AlteredLedger | undefined {
    this.#suspect?.seeRecord(toText(line));
    return this.#suspect?.isClear ? this.#suspect.verdict() : undefined;
  }

  #readUnproved(line: Uint8Array, unproved: UnprovedBatch): AlteredLedger | undefined {
    if (parseRecordLine(toText(line))?.sequence !== this.#next) return unproved.verdict();
    unproved.take(line);
    this.#next += 1;
    return unproved.isComplete ? unproved.verdict() : undefined;
  }

  #readUncovered(line: Uint8Array): AlteredLedger | undefined {
    const sequence = parseRecordLine(toText(line))?.sequence;
    this.#uncovered ??= this.#frontier.clone();
    if (sequence === undefined || sequence <= this.#uncovered.size) return insertedAt(sequence ?? this.#next);
    // With a gap among them they lead to no root; whether that matters shows with the next batch or at the end.
    this.#uncovered.append(hashLeaf(line));
    return undefined;
  }

  #readBatch(line: Uint8Array): AlteredLedger | undefined {
    const expected = this.#frontier.size + 1;
    const batch = parseBatchLine(toText(line));
    const head = batch && readHead(batch.head);
    if (batch !== undefined && batch.first < expected && batch.first <= this.#next)
      return finding(batch.first, 'inserted', `A second batch begins at record ${batch.first}.`);
    if (this.#suspect === undefined && this.#isUnfinished()) return this.#missing();
    if (batch === undefined) return finding(expected, 'changed', `The batch of record ${expected} cannot be read.`);
    if (batch.first > expected) return this.#gapBefore(batch, head);
    if (this.#uncovered !== undefined) return insertedAt(expected);
    if (head === undefined || head.install !== this.#options.header.install)
      return finding(expected, 'forged head', `The tree head of record ${expected} is not of this ledger.`, false);
    return this.#signatures.push(batch.first, batch.head, head) ?? this.#proveLeaves(batch, head);
  }

  #proveLeaves(batch: Batch, head: TreeHead): AlteredLedger | undefined {
    const range = recordRange(batch.first, head.size);
    if (batch.size !== head.size)
      return finding(batch.first, 'changed', `The batch of ${range} says that it ends at ${batch.size}.`);
    const grown = this.#frontier.clone();
    for (const leaf of splitHashes(batch.leaves) ?? []) grown.append(leaf);
    this.#batch = batch;
    if (grown.size !== batch.size || toHex(grown.root()) !== head.root) {
      if (this.#suspect !== undefined) return this.#suspect.verdict();
      this.#unproved = new UnprovedBatch(batch, this.#frontier, head.root);
      return undefined;
    }
    if (!sameBytes(grown.bytes(), batch.frontier))
      return finding(batch.first, 'changed', `The edge of the tree that is stored with ${range} was rewritten.`);
    for (let place = batch.first; place <= batch.size; place += 1) {
      this.#frontier.append(leafAt(batch, place));
      this.#suspect?.seeLeaf(place, leafAt(batch, place));
    }
    this.#head = head;
    this.#options.outside.see(batch);
    return undefined;
  }

  #show(line: Uint8Array): void {
    const record = parseRecordLine(toText(line));
    if (record !== undefined) this.#options.watch?.see(record);
  }

  #noteCut(line: Uint8Array): void {
    const cut = eventBodies['ledger.cut'].safeParse(parseRecordLine(toText(line))?.body).data;
    if (cut !== undefined) this.#options.outside.accept(cut);
  }

  #readEnd(): AlteredLedger | undefined {
    if (this.#suspect !== undefined) return this.#suspect.verdict();
    if (this.#isUnfinished()) return this.#missing();
    if (this.#uncovered !== undefined) return this.#uncoveredAtEnd(this.#uncovered);
    const { outside, header } = this.#options;
    const { size } = this.#frontier;
    const forged = this.#signatures.flush();
    if (forged !== undefined) return forged;
    if (size < header.to)
      return finding(size + 1, 'cut tail', `The export ends at record ${size}, but its header says ${header.to}.`);
    return outside.verdict(size, header.complete);
  }

  #isUnfinished(): boolean {
    return this.#batch !== undefined && this.#next <= this.#batch.size;
  }

  #checkStart(): AlteredLedger | undefined {
    const { start, from, install } = this.#options.header;
    if (from === 1 && start === null) return undefined;
    const head = start === null ? undefined : readHead(start.head);
    const isGood =
      start !== null &&
      head?.install === install &&
      head.size === this.#frontier.size &&
      head.root === toHex(this.#frontier.root()) &&
      verifyHead(start.head, this.#options.key);
    if (!isGood) return finding(from, 'forged head', `The tree head before record ${from} is not valid.`);
    this.#head = head;
    return undefined;
  }

  #missing(): AlteredLedger {
    const explanation = `Record ${this.#next} is missing, and a signed tree head covers it.`;
    return this.#unproved?.verdict() ?? finding(this.#next, 'removed', explanation);
  }

  #uncoveredAtEnd(uncovered: Frontier): AlteredLedger {
    const first = this.#frontier.size + 1;
    if (!this.#options.outside.promise(uncovered.size, toHex(uncovered.root()))) return insertedAt(first);
    const batch = `The batch of ${recordRange(first, uncovered.size)} with its tree head`;
    return finding(first, 'removed', `${batch} was removed; the records are as they were signed.`);
  }

  #gapBefore(batch: Batch, head: TreeHead | undefined): AlteredLedger {
    const first = this.#frontier.size + 1;
    const records = this.#uncovered ?? this.#frontier.clone();
    const areThere = records.size === batch.first - 1;
    for (const leaf of areThere ? (splitHashes(batch.leaves) ?? []) : []) records.append(leaf);
    const areIntact = areThere && toHex(records.root()) === head?.root;
    const fate = areIntact ? '; the records are as they were signed' : ', and its records with it or altered';
    const removed = `The batch of ${recordRange(first, batch.first - 1)} with its tree head was removed`;
    return finding(first, 'removed', `${removed}${fate}.`);
  }

  /** What came first: the record under suspicion, a head that was not checked yet and is forged, or what was just seen. */
  #orForged(seen: AlteredLedger | undefined): AlteredLedger | undefined {
    if (seen === undefined) return undefined;
    const suspected = this.#suspect?.verdict() ?? seen;
    const first = suspected.firstBad <= seen.firstBad ? suspected : seen;
    const forged = seen.what === 'forged head' ? seen : this.#signatures.flush();
    return forged !== undefined && forged.firstBad <= first.firstBad ? forged : first;
  }
}

function leafAt(batch: Batch, sequence: number): Uint8Array {
  const offset = (sequence - batch.first) * hashLength;
  return batch.leaves.subarray(offset, offset + hashLength);
}

function endsWith(line: Uint8Array, ending: Uint8Array): boolean {
  return line.length >= ending.length && sameBytes(line.subarray(line.length - ending.length), ending);
}

function toText(line: Uint8Array): string {
  return Buffer.from(line.buffer, line.byteOffset, line.length).toString();
}

function toHex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}
