import { z } from 'zod';
import { choice } from './setting-rules';

/** `open`, `known`, or a regular expression that matches the whole name. */
const nameRule = z.string().transform((text, context): 'open' | 'known' | RegExp => {
  if (text === 'open' || text === 'known') return text;
  const [, pattern] = /^pattern:(.+)$/su.exec(text) ?? [];
  if (pattern === undefined) {
    return refuse(context, 'must be open, known, or pattern: and a regular expression');
  }
  try {
    // Alone first, because `a)|(b` is valid only within the group.
    const { source } = new RegExp(pattern, 'u');
    return new RegExp(`^(?:${source})$`, 'u');
  } catch (error) {
    return refuse(context, `must have a valid pattern: ${(error as Error).message}`);
  }
});

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

const wordList = z
  .string()
  .transform((list) => list.split(',').map((word) => word.trim()))
  .refine((words) => words.every((word) => word !== ''), { error: 'must not have an empty entry' });

/** The settings that decide which visits are counted. */
export const countingSettings = {
  BOTS: choice(['count', 'ignore'])
    .default('count')
    .describe('`ignore` shows crawlers and link previews the number and does not count them.'),
  NAMES: nameRule
    .default('open')
    .describe(
      'Names that are counted: `open` all, `known` those that exist, `pattern:` and a regular expression.',
    ),
  RESERVED_NAMES: wordList
    .optional()
    .describe(
      'Names that are never counted, separated by commas: `common` and your own, with `*` for any text.',
    ),
};
