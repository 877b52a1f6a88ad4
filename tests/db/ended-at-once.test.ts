import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { startServiceOn } from '../support/test-service';
import { readServerAddress } from '../support/server-address';
import { createTestDatabase } from '../support/test-database';

/** The message of a server whose operator ends a session: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function createGoodbye(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0');
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

/** Ends each session immediately after it opens, like a server that is stopping or full. */
async function startHastyServer(): Promise<Server> {
  const { host, port } = readServerAddress();
  const server = createServer((near) => {
    const far = connect(port, host, () => near.pipe(far));
    far.on('data', (chunk) => {
      // ReadyForQuery, idle.
      if (chunk.subarray(-6).toString('latin1') !== 'Z\0\0\0\x05I') near.write(chunk);
      else near.end(Buffer.concat([chunk, createGoodbye()]));
    });
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

it('continues when the database ends each session immediately after it opens', async () => {
  const database = await createTestDatabase();
  const hasty = await startHastyServer();
  const { port } = hasty.address() as AddressInfo;
  const service = await startServiceOn(database, { DB_PORT: String(port) });
  try {
    for (let times = 0; times < 5; times += 1) {
      const response = await fetch(`${service.url}/somebody`);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ code: 'database-unavailable' });
    }
  } finally {
    await service.stop();
    hasty.close();
    await database.drop();
  }
});
