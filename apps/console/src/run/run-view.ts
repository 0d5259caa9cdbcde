export const runViews = ['activity', 'changes', 'network'] as const;
export type RunView = (typeof runViews)[number];

/** Which side of a run the address bar asks for; what it does not know is the first. */
export function readRunView(search: Readonly<Record<string, unknown>>): { readonly view?: RunView } {
  const view = runViews.find((known) => known === search['view']);
  return view === undefined ? {} : { view };
}
