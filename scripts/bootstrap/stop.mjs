/** Something that the person must see to. The message is one clear sentence, without a stack trace. */
export class Stop extends Error {}
