import { StatementError, type RunStatement, type Statement } from '../../../shared/statement';

/** The salts from which the keys of clients are made. Never log them. */
export interface ClientSalts {
  /** The day of `current` in UTC, by the clock of the database, such as `2026-01-31`. */
  readonly day: string;
  readonly current: Buffer;
  /** The salt of the day before, if one was used. */
  readonly earlier: Buffer | undefined;
}

/** The salts of this process. */
export interface SaltStore {
  /**
   * Resolves with the salts that were loaded last.
   * @throws {StatementError} nothing was recorded.
   */
  get(): Promise<ClientSalts>;
  /** Makes the next `get` load them again. */
  forget(): void;
}

const today = `(clock_timestamp() AT TIME ZONE 'UTC')::date`;

const readSalts: Statement = {
  name: 'read-client-salts',
  text: `
    SELECT today.day::text, today.salt AS current, earlier.salt AS earlier
    FROM client_salts AS today LEFT JOIN client_salts AS earlier ON earlier.day = today.day - 1
    WHERE today.day = ${today}`,
};

const createSalt: Statement = {
  name: 'create-client-salt',
  text: `INSERT INTO client_salts (day) VALUES (${today}) ON CONFLICT (day) DO NOTHING`,
};

/** Salts that no key of the last 24 hours was made with. */
const removeSalts: Statement = {
  name: 'remove-client-salts',
  text: `DELETE FROM client_salts WHERE day < ${today} - 1`,
};

/** Creates the store. It loads the salts when they are needed, and creates that of today if no process has. */
export function createSaltStore(run: RunStatement): SaltStore {
  let loaded: Promise<ClientSalts> | undefined;
  const forget = (): void => {
    loaded = undefined;
  };
  return {
    get() {
      loaded ??= loadSalts(run).catch((error: unknown) => {
        forget();
        throw error instanceof StatementError ? new StatementError('not-run', { cause: error.cause }) : error;
      });
      return loaded;
    },
    forget,
  };
}

async function loadSalts(run: RunStatement): Promise<ClientSalts> {
  for (;;) {
    const [row] = await run<Omit<ClientSalts, 'earlier'> & { earlier: Buffer | null }>(readSalts, []);
    if (row) return { ...row, earlier: row.earlier ?? undefined };
    // If another process creates it at the same moment, this waits until it has.
    await run(createSalt, []);
  }
}

/** Removes the salts that are older than yesterday's, so that the keys made with them can be linked to nobody. */
export async function removeOldSalts(run: RunStatement): Promise<void> {
  await run(removeSalts, []);
}
