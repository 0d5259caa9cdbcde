/**
 * The glob contract, word by word, segment by segment, with backtracking: slow, and plainly right.
 *
 * @throws RangeError for a pattern that the contract refuses because of `**` beside text.
 */
export function globMatches(pattern: string, text: string, delimiter: '/' | '.' | null): boolean {
  const alternatives = expand(pattern).map((alternative) => segmentsOf(alternative, delimiter));
  if (alternatives.flat().some((segment) => segment.includes('**') && segment !== '**'))
    throw new RangeError('** beside text');
  return alternatives.some((segments) => sequenceMatches(segments, segmentsOf(text, delimiter), delimiter));
}

function segmentsOf(text: string, delimiter: string | null): readonly string[] {
  return delimiter === null ? [text] : text.split(delimiter);
}

function sequenceMatches(patterns: readonly string[], segments: readonly string[], delimiter: string | null): boolean {
  const [pattern, ...others] = patterns;
  if (pattern === undefined) return segments.length === 0;
  if (pattern === '**') {
    const least = others.length === 0 || delimiter === '.' ? 1 : 0;
    for (let taken = least; taken <= segments.length; taken++)
      if (sequenceMatches(others, segments.slice(taken), delimiter)) return true;
    return false;
  }
  const [segment, ...rest] = segments;
  return segment !== undefined && segmentMatches(pattern, segment) && sequenceMatches(others, rest, delimiter);
}

function segmentMatches(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*'))
    return segmentMatches(pattern.slice(1), text) || (text !== '' && segmentMatches(pattern, text.slice(1)));
  return (
    text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && segmentMatches(pattern.slice(1), text.slice(1))
  );
}

/** Writes `{a,b}.c` as `a.c` and `b.c`. */
export function expand(pattern: string): readonly string[] {
  const match = /^([^{]*)\{([^}]*)\}(.*)$/s.exec(pattern);
  if (match === null) return [pattern];
  const [, before = '', inside = '', after = ''] = match;
  return inside.split(',').flatMap((choice) => expand(before + choice + after));
}
