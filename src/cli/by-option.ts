import { userInfo } from 'node:os';
import { Option } from 'commander';

/** Creates the option that names who does something, for the records of it. */
export function createByOption(): Option {
  return new Option('--by <person>', 'who does it, for the record').default(
    findUser(),
    'the user of this machine',
  );
}

function findUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user that has no name.
    return String(process.getuid?.() ?? '');
  }
}
