/** A word in single quotes, in which `'"'"'` stands for one; or a bare one of plain characters. */
const word = /'((?:[^']|'"'"')*)'|([\w/.:=@+-]+)/y;

/** The words of a command line in which everything was quoted by a program; undefined when it is anything else. */
export function readShellWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  for (let at = 0; at < line.length; ) {
    word.lastIndex = at;
    const [whole = '', quoted, bare] = word.exec(line) ?? [];
    if (whole === '') return undefined;
    words.push(quoted?.replaceAll(`'"'"'`, `'`) ?? bare ?? '');
    at += whole.length;
    if (at < line.length && line[at++] !== ' ') return undefined;
  }
  return words;
}
