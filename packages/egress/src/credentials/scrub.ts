/** Writes over secrets in bytes that come back piece by piece. What it writes is as long as what it takes out. */
export interface Scrubber {
  /** The bytes that can go on; what might be the beginning of a secret is held back. */
  push(piece: Buffer): Buffer;
  /** What was held back. */
  end(): Buffer;
}

const star = '*'.charCodeAt(0);
/** Pieces of a secret shorter than this, as base64 cuts them, are ordinary text. */
const shortestForm = 8;

/** The forms in which servers repeat what they were sent: as it is, in JSON, in a URL, in HTML, in base64. */
export function formsOf(secret: string): readonly string[] {
  const forms = new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ...base64Forms(secret),
  ]);
  return [...forms].filter((form) => form.length >= shortestForm);
}

/** In base64 three bytes become four characters, so a secret inside something else looks one of three ways. */
function base64Forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    // Only characters that are made of the secret alone.
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((whole.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((encoding) => whole.toString(encoding).slice(from, to));
  });
}

export function createScrubber(secrets: readonly string[]): Scrubber {
  const forms = secrets.flatMap(formsOf).map((form) => Buffer.from(form));
  // The longest first: a shorter form inside it would leave its rest.
  forms.sort((a, b) => b.length - a.length);
  const longest = forms[0]?.length ?? 0;
  let held: Buffer = Buffer.alloc(0);
  return {
    push(piece) {
      const bytes = Buffer.concat([held, piece]);
      for (const form of forms) overwrite(bytes, form);
      const kept = heldBack(bytes, forms, longest);
      held = bytes.subarray(bytes.length - kept);
      return bytes.subarray(0, bytes.length - kept);
    },
    end() {
      const rest = held;
      held = Buffer.alloc(0);
      return rest;
    },
  };
}

/** The same for a text that is there as a whole. */
export function scrubText(text: string, secrets: readonly string[]): string {
  const scrubber = createScrubber(secrets);
  return Buffer.concat([scrubber.push(Buffer.from(text, 'latin1')), scrubber.end()]).toString('latin1');
}

function overwrite(bytes: Buffer, form: Buffer): void {
  for (let at = bytes.indexOf(form); at !== -1; at = bytes.indexOf(form, at + form.length))
    bytes.fill(star, at, at + form.length);
}

/** How many bytes at the end could be the beginning of one of the forms. */
function heldBack(bytes: Buffer, forms: readonly Buffer[], longest: number): number {
  for (let size = Math.min(longest - 1, bytes.length); size > 0; size--) {
    const end = bytes.subarray(bytes.length - size);
    if (forms.some((form) => form.length > size && form.subarray(0, size).equals(end))) return size;
  }
  return 0;
}
