/** What the owner does to a visitor. */
export type VisitorAct = 'add' | 'hide' | 'unhide' | 'rename' | 'merge' | 'erase';

/** What an act changed, or would change. Bigints are text. */
export interface VisitorChange {
  readonly act: VisitorAct;
  readonly username: string;
  /** The name that has the visits afterwards, if it is another one. */
  readonly newName?: string;
  /** Whether `username` is an alias of `newName` from now on. */
  readonly keepsAlias?: boolean;
  /** False if there was nothing to do. */
  readonly isChanged: boolean;
  /** The visitor that has the visits afterwards, or had them at last. */
  readonly visitorId: string;
  /** The number of that visitor. */
  readonly visitsBefore: string;
  readonly visitsAfter: string;
}
