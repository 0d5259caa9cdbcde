/** The TypeScript types of an OpenAPI document, as the text of a file. */
export function generateTypes(document: object): Promise<string>;
