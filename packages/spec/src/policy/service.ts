import { z } from 'zod';

/** A host service: the only way to something on this machine. Only a ceiling may hold these. */
export const serviceSchema = z
  .strictObject({
    /** A Unix socket; relative paths start at the installation's `services` folder. */
    socket: z.string().optional(),
    /** A TCP port on 127.0.0.1. The platform's own ports are refused even here. */
    port: z.number().int().min(1).max(65_535).optional(),
  })
  .refine((service) => (service.socket === undefined) !== (service.port === undefined), {
    message: 'a service has exactly one of "socket" and "port"',
  });
export type Service = z.infer<typeof serviceSchema>;
