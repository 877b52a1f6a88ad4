import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { promisify } from 'node:util';
import { readServerAddress } from '../support/server-address';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { startServiceOn } from '../support/test-service';
import { waitUntil } from '../support/wait-until.cjs';

let database: TestDatabase;
let proxy: Server;
let isForwarded: (sent: Buffer) => boolean;
beforeAll(async () => {
  database = await createTestDatabase();
  const { host, port } = readServerAddress();
  proxy = createServer((near) => {
    const far = connect(port, host);
    near.on('data', (sent) => {
      if (isForwarded(sent)) far.write(sent);
    });
    far.pipe(near);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  proxy.close();
  await database.drop();
});

/** Asks a service that reaches the database through the proxy, and expects that it keeps no connection. */
async function expectNoneOpen(environment: Record<string, string>): Promise<void> {
  const { port } = proxy.address() as AddressInfo;
  const service = await startServiceOn(database, { DB_PORT: String(port), ...environment });
  for (const path of ['/alice', '/-/visitors/alice', '/-/health/ready']) {
    expect((await fetch(`${service.url}${path}`)).status).toBe(503);
  }
  const countOpen = promisify(proxy.getConnections.bind(proxy));
  await waitUntil('closed connections', 10, async () => (await countOpen()) === 0);
  await service.stop();
}

it.each(['', 'wrong'])(
  'closes a connection whose login fails with the password "%s"',
  async (DB_PASSWORD) => {
    isForwarded = () => true;
    await expectNoneOpen({ DB_PASSWORD });
  },
);

it('closes a connection whose first query gets no answer', async () => {
  // Query, https://www.postgresql.org/docs/current/protocol-message-formats.html
  isForwarded = (sent) => sent[0] !== 'Q'.charCodeAt(0);
  await expectNoneOpen({ DB_QUERY_TIMEOUT_MS: '300', DB_STATEMENT_TIMEOUT_MS: '200' });
});
