import { text } from 'node:stream/consumers';
import { ClawholdError } from '@clawhold/spec/error';

const [interrupt, endOfText, backspace, del] = ['\u0003', '\u0004', '\b', '\u007f'];

/**
 * Reads a secret: all of stdin where something is piped in, otherwise one line at the terminal, which shows nothing of it. It
 * is never an argument, where every process of the machine could read it.
 *
 * @throws ClawholdError `input_secret` when there is none, or Ctrl-C was pressed.
 */
export async function readSecret(question: string): Promise<string> {
  const { stdin } = process;
  const secret = stdin.isTTY ? await readUnseen(question) : (await text(stdin)).replace(/\r?\n$/, '');
  if (secret !== undefined && secret !== '') return secret;
  throw new ClawholdError('input_secret', 'No secret was given.', {
    hint: 'Type it when you are asked, or pipe it in: clawhold credentials add NAME … < FILE',
  });
}

function readUnseen(question: string): Promise<string | undefined> {
  const { stdin, stderr } = process;
  stderr.write(question);
  return new Promise((resolve) => {
    let typed = '';
    const finish = (secret: string | undefined): void => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      resolve(secret);
    };
    const onData = (data: Buffer): void => {
      for (const character of data.toString('utf8')) {
        if (character === interrupt) {
          finish(undefined);
          return;
        }
        if (character === '\r' || character === '\n' || character === endOfText) {
          finish(typed);
          return;
        }
        typed = character === backspace || character === del ? typed.slice(0, -1) : typed + character;
      }
    };
    stdin.setRawMode(true);
    stdin.on('data', onData);
    stdin.resume();
  });
}
