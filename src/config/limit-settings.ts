import { integer, milliseconds } from './setting-rules';

const bytes = integer(1024, 1_048_576);
const allowance = integer(0).default(0);

/** The settings that bound what clients may send, hold open and ask for. */
export const limitSettings = {
  HTTP_MAX_CONNECTIONS: integer(2)
    .default(10_000)
    .describe('Most open connections. One more closes the oldest that is not being answered.'),
  HTTP_REQUEST_TIMEOUT_MS: milliseconds
    .default(10_000)
    .describe('Longest time to send a request, and longest time to take its answer.'),
  HTTP_MAX_HEAD_BYTES: bytes
    .default(16_384)
    .describe('Largest request line and headers together. Larger ones are refused with 431.'),
  HTTP_MAX_URL_BYTES: bytes
    .default(8192)
    .describe('Longest path with query. Longer ones are refused with 414.'),
  LIVE_MAX_STREAMS: integer(0)
    .default(1000)
    .describe('Most open streams of live numbers. More are refused with 503. `0` turns them off.'),
  LIVE_MAX_STREAMS_PER_CLIENT: integer(1)
    .default(20)
    .describe('Most open streams of live numbers per client. More are refused with 429.'),
  RATE_LIMIT_WINDOW: integer(1, 86_400)
    .default(60)
    .describe('Window of the `RATE_LIMIT_` settings, in seconds. Each worker counts on its own.'),
  RATE_LIMIT_VISITS: allowance.describe(
    'Visits per client and window. More are refused with 429. `0` means unlimited.',
  ),
  RATE_LIMIT_READS: allowance.describe(
    'Reads per client and window. `0` means unlimited. Health and metrics are not counted.',
  ),
  RATE_LIMIT_BADGES: allowance.describe(
    'Badges and hits per client and window. `0` means unlimited. An image proxy asks for many people.',
  ),
  RATE_LIMIT_NAMES: allowance.describe(
    'New names per client and window. More are refused with 429. `0` means unlimited.',
  ),
};
