/**
 * How a process shows its manager that it does not hang: this line on stdout, again and again, from when it is ready. A
 * process whose event loop stands still, or that was stopped, is silent.
 */
export const pulse = { line: '{"kind":"alive"}', milliseconds: 4_000 } as const;
