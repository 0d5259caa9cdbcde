import { type Fault, fault } from '../wire/fault.ts';
import { type Field, fieldValue } from '../wire/field.ts';
import type { Content, ReadMessages } from './content.ts';

/** Names as Protocol Buffers have them: `package.Service/Method`. */
const grpcPath = /^\/((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)\/([A-Za-z_]\w*)$/;
const grpcType = /^application\/grpc(?:\+[a-z0-9.+_-]+)?$/;

/** Whether a request says that it is gRPC (not gRPC-Web, which is another protocol). */
export function isGrpc(fields: readonly Field[]): boolean {
  return grpcType.test(fieldValue(fields, 'content-type') ?? '');
}

/**
 * Reads a call of gRPC over HTTP/2. Its head says all that rules are about, so its messages stream past unread.
 *
 * @param content its body is not looked at.
 */
export function readGrpc({ method, path, query, fields }: Omit<Content, 'body'>): ReadMessages | Fault {
  if (method !== 'POST') return fault('message_method', 'A call of gRPC is a POST.', 405);
  if (!isGrpc(fields)) return fault('body_type', 'A call of gRPC is sent as application/grpc.', 415);
  const [, service, name] = grpcPath.exec(path) ?? [];
  if (service === undefined || name === undefined || query !== '')
    return fault('message', 'The path is not that of a call of gRPC, "/package.Service/Method".');
  return { kind: 'messages', list: [{ message: { protocol: 'grpc', service, method: name }, content: {} }] };
}
