/** How many answers a generation holds, and how long a question may be to be worth keeping, in UTF-16 units. */
const generation = 16_384;
const longestQuestion = 2_048;
/** Places for marks of questions that were asked once, and how much of the end of one its mark is made of. */
const marks = 2 ** 18;
const marked = 160;

/**
 * Answers to the questions that came lately: agents ask the same again and again. Holds two generations at most, and of a
 * question that came once only a mark: where most are different, keeping them would cost more than answering.
 */
export class RecentAnswers<Answer> {
  readonly #marks = new Uint32Array(marks);
  #young = new Map<string, Answer>();
  #old: ReadonlyMap<string, Answer> = new Map();

  /** The answer that is known, or a new one. Two questions never share one. */
  answer(question: string, find: () => Answer): Answer {
    if (question.length > longestQuestion || !this.#cameBefore(question)) return find();
    const known = this.#young.get(question);
    if (known !== undefined) return known;
    const answer = this.#old.get(question) ?? find();
    this.#keep(question, answer);
    return answer;
  }

  /** It may say no of one that came, and yes of one that did not: then an answer is found anew, or kept too early. */
  #cameBefore(question: string): boolean {
    let hash = 0x811c9dc5; // FNV-1a
    for (let at = Math.max(0, question.length - marked); at < question.length; at++)
      hash = Math.imul(hash ^ question.charCodeAt(at), 0x01000193);
    const place = (hash >>> 0) % marks;
    const before = this.#marks[place] === hash >>> 0;
    this.#marks[place] = hash;
    return before;
  }

  #keep(question: string, answer: Answer): void {
    if (this.#young.size >= generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(question, answer);
  }
}
