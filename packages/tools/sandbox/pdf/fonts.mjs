// From the bytes of a shown string to text: by the font's ToUnicode map (section 9.10.3), else as WinAnsi.
import { isSymbol, Lexer } from './tokens.mjs';

// The part of Windows code page 1252 that differs from Latin-1, from 0x80 on.
const windows = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const maximumRange = 65_536;

export function fontDecoder(document, font) {
  const map = isSymbol(font?.ToUnicode, 'reference') ? readMap(document.stream(font.ToUnicode)) : undefined;
  if (map !== undefined && map.size > 0) return (bytes) => mapped(bytes, map, font.Subtype?.text === 'Type0' ? 2 : 1);
  if (font?.Subtype?.text === 'Type0') return () => '';
  return (bytes) => bytes.replaceAll(/[\u0080-\u009f]/g, (byte) => windows[byte.charCodeAt(0) - 0x80]);
}

function mapped(bytes, map, width) {
  let text = '';
  for (let at = 0; at < bytes.length; at += width) text += map.get(codeOf(bytes.slice(at, at + width))) ?? '';
  return text;
}

function codeOf(bytes) {
  let code = 0;
  for (let index = 0; index < bytes.length; index++) code = code * 256 + bytes.charCodeAt(index);
  return code;
}

function textOf(bytes) {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) text += String.fromCharCode(codeOf(bytes.slice(at, at + 2)));
  return text;
}

function readMap(source) {
  const map = new Map();
  const lexer = new Lexer(source);
  let values = [];
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
    if (!isSymbol(token, 'operator')) {
      values.push(token);
      continue;
    }
    if (token.text === 'endbfchar')
      for (let at = 0; at + 1 < values.length; at += 2)
        if (isPair(values, at)) map.set(codeOf(values[at]), textOf(values[at + 1]));
    if (token.text === 'endbfrange')
      for (let at = 0; at + 2 < values.length; at += 3) addRange(map, values.slice(at, at + 3));
    values = [];
  }
  return map;
}

function isPair(values, at) {
  return typeof values[at] === 'string' && typeof values[at + 1] === 'string';
}

function addRange(map, [first, last, target]) {
  if (typeof first !== 'string' || typeof last !== 'string') return;
  const start = codeOf(first);
  const count = Math.min(codeOf(last) - start + 1, maximumRange);
  for (let index = 0; index < count; index++) {
    if (Array.isArray(target)) {
      if (typeof target[index] === 'string') map.set(start + index, textOf(target[index]));
    } else if (typeof target === 'string') {
      const text = textOf(target);
      map.set(start + index, text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + index));
    }
  }
}
