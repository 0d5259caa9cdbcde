/** A term of SMT-LIB 2.6, written as text. */
export type Term = string;

export function all(terms: readonly Term[]): Term {
  const needed = terms.filter((term) => term !== 'true');
  if (needed.includes('false')) return 'false';
  return needed.length === 0 ? 'true' : needed.length === 1 ? (needed[0] ?? 'true') : `(and ${needed.join(' ')})`;
}

export function any(terms: readonly Term[]): Term {
  const possible = terms.filter((term) => term !== 'false');
  if (possible.includes('true')) return 'true';
  return possible.length === 0
    ? 'false'
    : possible.length === 1
      ? (possible[0] ?? 'false')
      : `(or ${possible.join(' ')})`;
}

export function not(term: Term): Term {
  if (term === 'true') return 'false';
  return term === 'false' ? 'true' : `(not ${term})`;
}
