import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import type { Services } from '../../../services/create-services';
import { identifyClient } from '../../middleware/client-address';

/**
 * Checks that a name exists or may be created by this request. Returns undefined if the name is known to exist.
 * @throws {HttpProblem} 404 `unknown-name` or 429 `too-many-names`; and the errors of the read.
 */
export type CheckName = (request: Request, response: Response, username: string) => Promise<void> | undefined;

/** Rejects with a problem if a request may not create a name. */
export type AdmitNewName = (request: Request, response: Response) => Promise<void>;

// A name that the owner has removed can be created again within this time.
const remembered = { max: 10_000, ttl: 60_000 };

/**
 * Creates the check of names. It asks the database about a name at most once a minute, so a visit of a known name
 * costs what it costs without the check.
 */
export function createNameCheck(
  { nameExists }: Pick<Services, 'nameExists'>,
  admitNewName: AdmitNewName,
): CheckName {
  const known = new LRUCache<string, true>(remembered);
  const running = new Map<string, Promise<void>>();
  const check = async (request: Request, response: Response, username: string): Promise<void> => {
    if (!(await nameExists(username))) await admitNewName(request, response);
    known.set(username, true);
  };
  return (request, response, username) => {
    if (known.get(username)) return undefined;
    // A client that requests a new name several times at once creates one name.
    const id = `${identifyClient(request)} ${username}`;
    let outcome = running.get(id);
    if (!outcome) {
      outcome = check(request, response, username).finally(() => running.delete(id));
      running.set(id, outcome);
    }
    return outcome;
  };
}
