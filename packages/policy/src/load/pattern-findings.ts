import { compileGlob, type Delimiter } from '../glob/glob.ts';
import type { Finding } from './problem.ts';

type Path = readonly (string | number)[];

export function globFindings(pattern: string, delimiter: Delimiter, path: Path): readonly Finding[] {
  const compiled = compileGlob(pattern, delimiter);
  return compiled.kind === 'ok' ? [] : [{ path, message: `${capitalised(compiled.reason)}.` }];
}

export function pathFindings(pattern: string, path: Path): readonly Finding[] {
  if (!/^[/*{]/.test(pattern)) return [{ path, message: 'A path starts with "/"; `/**` is every path.' }];
  return globFindings(pattern, '/', path);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
