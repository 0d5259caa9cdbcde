/**
 * Gives the memory of bytes that were read off a socket back at once, when nobody looks at them again. V8 counts what is
 * outside its heap, and would look through all of the heap, rules and all, for every 64 MB that pass: half the time of a busy
 * proxy. Only a buffer of its own is given back: of a part the rest may still be read.
 */
export function giveBack({ buffer, length }: Buffer): void {
  if (length === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
