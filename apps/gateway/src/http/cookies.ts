/** Cookie attributes of the console session: never readable by script, never sent from another site. */
export const sessionCookieAttributes = { httpOnly: true, sameSite: 'Strict', path: '/' } as const;
