import { z } from 'zod';
import { choice } from './setting-rules';

/** The settings that decide who may read. */
export const readingSettings = {
  // Only characters that a header and a form carry unchanged. The limit keeps the form within 1 KB.
  READ_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, {
      error: 'must have 16 to 256 visible ASCII characters, for example the output of "openssl rand -hex 32"',
    })
    .optional()
    .describe('Key that clients need to read lists, histories and pages. At least 16 characters.'),
  PUBLIC: choice(['all', 'numbers', 'nothing'])
    .optional()
    .describe(
      'What can be read without the key: `all`, `numbers` of names, or `nothing`. `numbers` if `READ_KEY` is set, else `all`.',
    ),
};
