import fc from 'fast-check';
import { defineVisit, type Visit } from '../../src/models/visit';
import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
let log: typeof Visit;
beforeAll(async () => {
  service = await startTestService();
  log = defineVisit(service.database.sequelize);
});
afterAll(() => service.stop());

const percentEncoded = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('/', '%', '..', '\0', '\\', '-', ' '),
    ),
  )
  .map((parts) => parts.map((part) => encodeURIComponent(part.toWellFormed())).join(''));
const rawBytes = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((bytes) => Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
const brokenEncoding = fc.stringMatching(/^[a-z%0-9]{1,30}$/);
const query = fc
  .dictionary(
    fc.constantFrom('limit', 'sort', 'search', 'after', 'since', 'until', 'x'),
    fc.string({ maxLength: 30 }),
  )
  .map((parameters) => new URLSearchParams(parameters).toString());

it('never fails, and counts exactly what it answered with 200', async () => {
  const path = fc.oneof(percentEncoded, rawBytes, brokenEncoding);
  await fc.assert(
    fc.asyncProperty(
      path,
      fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE'),
      async (name, method) => {
        const before = await log.count();
        const response = await fetch(`${service.url}/${name}`, { method, redirect: 'manual' });
        const body = await response.text();
        expect(response.status).toBeLessThan(500);
        if (response.status >= 400 && method !== 'HEAD') {
          expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
          expect(JSON.parse(body)).toMatchObject({ status: response.status, code: expect.any(String) });
        }
        // A path that the client normalised to "/" lists; only a named visitor is counted.
        const recorded = method === 'GET' && response.status === 200 && 'username' in JSON.parse(body);
        expect((await log.count()) - before).toBe(recorded ? 1 : 0);
      },
    ),
    { numRuns: 200 },
  );
});

it('answers any query of the list with a list or with a reason', async () => {
  await fc.assert(
    fc.asyncProperty(query, async (text) => {
      const response = await fetch(`${service.url}/?${text}`);
      expect([200, 400]).toContain(response.status);
      await response.text();
    }),
    { numRuns: 200 },
  );
});
