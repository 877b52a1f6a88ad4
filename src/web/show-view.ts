/** What becomes of the address when another view is shown. */
export type Remember = 'push' | 'replace' | 'keep';

/** Shows the view of an address. A newer call overtakes one that is under way. */
export type ShowView = (address: URL, remember: Remember) => Promise<void>;
