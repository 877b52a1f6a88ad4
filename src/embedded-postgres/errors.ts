import { OperatorError } from '../shared/operator-error';

/** A data directory that cannot be used until a person changes something; the message says what. */
export class DataDirectoryError extends OperatorError {
  override readonly name: string = 'DataDirectoryError';
}

/** Another process owns the database in the data directory. */
export class DataInUseError extends DataDirectoryError {
  override readonly name = 'DataInUseError';

  /** @param ownerPid process that owns the database, if known */
  constructor(
    readonly dataDirectory: string,
    readonly ownerPid: number | undefined,
  ) {
    const owner = ownerPid === undefined ? 'another process' : `process ${ownerPid}`;
    super(
      `The database in ${dataDirectory} is in use by ${owner}: ` +
        'stop that process first, or set DATA_DIR to another folder for this one.',
    );
  }
}

/** Whether an error has one of these codes, of Node (`ENOENT`) or of PostgreSQL (`42P04`). */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  // Not instanceof: under jest, Node's own errors come from another realm.
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));
}
