import { connect, createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { readServerAddress } from '../support/server-address';
import { createTestDatabase } from '../support/test-database';
import { startServiceOn } from '../support/test-service';
import { waitUntil } from '../support/wait-until.cjs';

it('leaves no connection open when a login fails', async () => {
  const { host, port } = readServerAddress();
  const database = await createTestDatabase();
  const proxy = createServer((near) => {
    const far = connect(port, host);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const countOpen = promisify(proxy.getConnections.bind(proxy));
  try {
    for (const DB_PASSWORD of ['', 'wrong']) {
      const { port: DB_PORT } = proxy.address() as AddressInfo;
      const service = await startServiceOn(database, { DB_PORT: String(DB_PORT), DB_PASSWORD });
      for (const path of ['/alice', '/-/visitors/alice', '/-/health/ready']) {
        expect((await fetch(`${service.url}${path}`)).status).toBe(503);
      }
      await waitUntil('closed connections', 10, async () => (await countOpen()) === 0);
      await service.stop();
    }
  } finally {
    proxy.close();
    await database.drop();
  }
});
