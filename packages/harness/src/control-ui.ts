/** The page that an agent brings to be talked to, over the port of its {@link ConversationProtocol}. It is hostile, as the agent is. */
export interface ControlUi {
  /** Where the page and its files are, from the installation on. */
  readonly folder: string;
  /** What a message of the page is. Never throws. */
  read(message: string): PageMessage;
  /** The introduction of a page as the platform's own, with no right to decide anything. @param id of the page's request. */
  introduce(id: string, secret: string): string;
  /** What a page gets of a message of the program; undefined when nothing. Never throws. */
  show(message: string, secret: string): string | undefined;
  /** What a page is told of its request. */
  answer(id: string, outcome: PageOutcome): string;
}

export type PageMessage =
  | { readonly kind: 'introduction'; readonly id: string }
  /** The program may have `message`: what was understood of it, and nothing else. */
  | { readonly kind: 'harmless'; readonly message: string }
  /** A person's words to the agent; its answer is told under `turn`, which has only letters, digits, `_` and `-`. */
  | { readonly kind: 'says'; readonly id: string; readonly turn: string; readonly text: string }
  | { readonly kind: 'stops'; readonly id: string }
  /** `id` is undefined when nothing can be answered; `method` is a plain name; the usual is what every page asks for by itself. */
  | {
      readonly kind: 'refused';
      readonly id: string | undefined;
      readonly method: string;
      readonly isUsual: boolean;
      readonly why: string;
    };

export type PageOutcome =
  | { readonly kind: 'taken'; readonly turn: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'refused'; readonly why: string };
