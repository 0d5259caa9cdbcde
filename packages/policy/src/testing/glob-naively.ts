/** The glob contract, word by word, with backtracking: slow, and plainly right. */
export function globMatches(pattern: string, text: string, delimiter: '/' | '.' | null): boolean {
  return expand(pattern).some((alternative) => matches(alternative, text, delimiter));
}

function matches(pattern: string, text: string, delimiter: string | null): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) {
    const across = pattern.startsWith('**') || delimiter === null;
    const rest = pattern.replace(/^\*+/, '');
    for (let taken = 0; taken <= text.length; taken++) {
      if (matches(rest, text.slice(taken), delimiter)) return true;
      if (!across && text[taken] === delimiter) return false;
    }
    return false;
  }
  if (text === '') return false;
  const fits = pattern[0] === '?' ? text[0] !== delimiter : pattern[0] === text[0];
  return fits && matches(pattern.slice(1), text.slice(1), delimiter);
}

/** Writes `{a,b}.c` as `a.c` and `b.c`. */
export function expand(pattern: string): readonly string[] {
  const match = /^([^{]*)\{([^}]*)\}(.*)$/s.exec(pattern);
  if (match === null) return [pattern];
  const [, before = '', inside = '', after = ''] = match;
  return inside.split(',').flatMap((choice) => expand(before + choice + after));
}
