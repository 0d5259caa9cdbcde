import { styleText } from 'node:util';
import { fit } from './width.ts';

/** How a command speaks: to a person at a terminal, in plain lines, or as JSON for programs. */
export interface Output {
  readonly json: boolean;
  /** Whether stdout is a terminal that can draw over itself. */
  readonly interactive: boolean;
  /** Columns that a line may take; without end where stdout is no terminal, because others cut lines there. */
  readonly columns: number;
  /** The result of a command: drawn for people, or the value itself as JSON. */
  result(value: unknown, draw: () => string): void;
  /** A line for people; nothing with `--json`. */
  line(text?: string): void;
  /** What goes on at this moment: one line that the next one takes the place of. Only where stdout is a terminal. */
  status(text: string): void;
}

const eraseLine = '\r\u001b[K';

export function createOutput(json: boolean): Output {
  const interactive = !json && process.stdout.isTTY === true;
  let hasStatus = false;
  const clear = (): string => {
    const erase = hasStatus ? eraseLine : '';
    hasStatus = false;
    return erase;
  };
  const line = (text = ''): void => {
    if (!json) process.stdout.write(`${clear()}${text}\n`);
  };
  return {
    json,
    interactive,
    get columns() {
      return interactive ? Math.min(process.stdout.columns || 80, 120) : Number.POSITIVE_INFINITY;
    },
    line,
    result: (value, draw) => (json ? process.stdout.write(`${JSON.stringify(value)}\n`) : line(draw())),
    status(text) {
      if (!interactive) return;
      process.stdout.write(`${clear()}${paint.quiet(fit(text, (process.stdout.columns || 80) - 1))}`);
      hasStatus = text !== '';
    },
  };
}

type Style = Parameters<typeof styleText>[0];
function style(name: Style): Paint {
  return (text) => styleText(name, text, { stream: process.stdout });
}

type Paint = (text: string) => string;

/** Colours with a meaning; none of them where stdout is no terminal or `NO_COLOR` is set. */
export const paint: Readonly<Record<'good' | 'bad' | 'warn' | 'quiet' | 'strong' | 'accent', Paint>> = {
  good: style('green'),
  bad: style('red'),
  warn: style('yellow'),
  quiet: style('gray'),
  strong: style('bold'),
  accent: style('cyan'),
};
