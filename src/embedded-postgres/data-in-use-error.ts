import { OperatorError } from '../shared/operator-error';

/** Another process owns the database in a data directory, so this one must not open it as its own. */
export class DataInUseError extends OperatorError {
  override readonly name = 'DataInUseError';

  /**
   * @param dataDirectory the folder both processes want
   * @param ownerPid process that owns it, when known
   */
  constructor(
    readonly dataDirectory: string,
    readonly ownerPid: number | undefined,
  ) {
    const owner = ownerPid === undefined ? 'another process' : `process ${ownerPid}`;
    super(
      `The database in ${dataDirectory} is in use by ${owner}: ` +
        'stop that process first, or give this one a data directory of its own.',
    );
  }
}
