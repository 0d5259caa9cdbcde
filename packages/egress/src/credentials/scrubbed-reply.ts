import type { AnswerKind, Reply, ReplyContent } from '../proxy/reply.ts';
import type { Field } from '../wire/field.ts';
import { createScrubber, type Scrubber, scrubText } from './scrub.ts';

/** An answer in which no secret comes back that was sent for this run, as far as its bytes can be read. */
export class ScrubbedReply implements Reply {
  readonly #reply: Reply;
  readonly #secrets: readonly string[];
  readonly #scrubber: Scrubber;

  constructor(reply: Reply, secrets: readonly string[]) {
    this.#reply = reply;
    this.#secrets = secrets;
    this.#scrubber = createScrubber(secrets);
  }

  get isGone(): boolean {
    return this.#reply.isGone;
  }

  whenGone(listener: () => void): () => void {
    return this.#reply.whenGone(listener);
  }

  begin(status: number, kind: AnswerKind, fields: readonly Field[], content: ReplyContent): void {
    this.#reply.begin(status, kind, this.#scrubbed(fields), content);
  }

  sendHeadSoon(): void {
    this.#reply.sendHeadSoon();
  }

  write(bytes: Buffer): Promise<undefined> | undefined {
    const passed = this.#scrubber.push(bytes);
    return passed.length === 0 ? undefined : this.#reply.write(passed);
  }

  async end(trailers: readonly Field[]): Promise<undefined> {
    const rest = this.#scrubber.end();
    if (rest.length > 0) await this.#reply.write(rest);
    await this.#reply.end(this.#scrubbed(trailers));
  }

  makeLast(): void {
    this.#reply.makeLast();
  }

  cut(): void {
    this.#reply.cut();
  }

  #scrubbed(fields: readonly Field[]): readonly Field[] {
    return fields.map(({ name, value }) => ({ name, value: scrubText(value, this.#secrets) }));
  }
}
