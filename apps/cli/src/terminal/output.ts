import { styleText } from 'node:util';

/** How a command speaks: to a person at a terminal, in plain lines, or as JSON for programs. */
export interface Output {
  readonly json: boolean;
  /** Whether stdout is a terminal that can draw over itself. */
  readonly interactive: boolean;
  /** The result of a command: drawn for people, or the value itself as JSON. */
  result(value: unknown, draw: () => string): void;
  /** A line for people; nothing with `--json`. */
  line(text?: string): void;
}

export function createOutput(json: boolean): Output {
  const interactive = !json && process.stdout.isTTY === true;
  const line = (text = ''): void => {
    if (!json) process.stdout.write(`${text}\n`);
  };
  return {
    json,
    interactive,
    line,
    result: (value, draw) => (json ? process.stdout.write(`${JSON.stringify(value)}\n`) : line(draw())),
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
