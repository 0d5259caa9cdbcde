import type { AnswerKind, Reply } from './reply.ts';

/** Codes of gRPC (its document "Status codes and their use") for answers of our own. */
export const grpcStatus = { malformed: 3, denied: 7, tooLarge: 8, failed: 14 } as const;

/**
 * Answers a call of gRPC in its own way, by a head and nothing else ("trailers-only"): its clients make an error with this
 * code and this sentence of it, where they would make "unknown" of a status of HTTP.
 */
export function answerGrpc(reply: Reply, kind: AnswerKind, status: number, message: string): void {
  const fields = [
    { name: 'content-type', value: 'application/grpc' },
    { name: 'grpc-status', value: String(status) },
    { name: 'grpc-message', value: percentEncoded(message) },
  ];
  reply.begin(200, kind, fields, 'none');
  void reply.end([]);
}

/** ASCII without "%" stays; all other bytes of the UTF-8 text are written in hexadecimal (gRPC over HTTP/2, "Status-Message"). */
function percentEncoded(message: string): string {
  return Array.from(Buffer.from(message), (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
