// The text of a content stream (sections 9.4.2 and 9.4.3): what is shown, with a new line where the text moves down and
// a space where it jumps to the right.
import { isSymbol, Lexer } from './tokens.mjs';

/** A gap between shown strings, in thousandths of the font size, that a reader sees as a space. */
const spaceGap = 180;
const maximumOperators = 2_000_000;

export function contentText(source, fonts) {
  const state = { text: '', decode: (bytes) => bytes, height: undefined };
  const lexer = new Lexer(source);
  let operands = [];
  for (let count = 0; count < maximumOperators; count++) {
    const token = lexer.next();
    if (token === undefined) break;
    if (!isSymbol(token, 'operator')) {
      operands.push(token);
      continue;
    }
    if (token.text === 'BI') skipImage(lexer);
    else apply(state, token.text, operands, fonts);
    operands = [];
  }
  return state.text.replaceAll(/[ \t]+\n/g, '\n').replaceAll(/\n{3,}/g, '\n\n');
}

function apply(state, operator, operands, fonts) {
  const [first, second] = operands;
  switch (operator) {
    case 'Tf':
      if (isSymbol(first, 'name') && fonts.has(first.text)) state.decode = fonts.get(first.text);
      break;
    case 'Td':
    case 'TD':
      if (typeof second === 'number' && second !== 0) breakLine(state);
      else separate(state);
      break;
    case 'T*':
      breakLine(state);
      break;
    case 'Tm':
      moveTo(state, operands[5]);
      break;
    case 'Tj':
      show(state, first);
      break;
    case "'":
    case '"':
      breakLine(state);
      show(state, operands.at(-1));
      break;
    case 'TJ':
      for (const part of Array.isArray(first) ? first : []) {
        if (typeof part === 'number' && -part > spaceGap) separate(state);
        else show(state, part);
      }
      break;
    default:
  }
}

/** A text matrix puts the next string at a height: the same height is the same line. */
function moveTo(state, height) {
  if (state.height !== undefined && typeof height === 'number' && Math.abs(height - state.height) < 1) separate(state);
  else breakLine(state);
  state.height = height;
}

function show(state, bytes) {
  if (typeof bytes !== 'string') return;
  state.text += state.decode(bytes);
}

function breakLine(state) {
  if (state.text !== '' && !state.text.endsWith('\n')) state.text += '\n';
}

function separate(state) {
  if (state.text !== '' && !/\s$/.test(state.text)) state.text += ' ';
}

/** Inline images hold raw bytes between ID and EI. */
function skipImage(lexer) {
  const end = lexer.text.slice(lexer.at).search(/\sEI(?=\s|$)/);
  lexer.at = end === -1 ? lexer.text.length : lexer.at + end + 3;
}
