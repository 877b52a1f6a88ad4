import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import type { RunningService } from '../../src/lifecycle/start-service';
import { openEvents } from '../support/open-events';
import { readServerAddress } from '../support/server-address';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';
import { waitUntil } from '../support/wait-until.cjs';

let service: TestService;
let pooler: Server;
let pooled: RunningService;
beforeAll(async () => {
  service = await startTestService();
  pooler = await startPooler();
  const { port } = pooler.address() as AddressInfo;
  pooled = await startServiceOn(service.database, { DB_PORT: String(port) });
});
afterAll(async () => {
  await pooled.stop();
  await service.stop();
  pooler.close();
});

/** Does what every pooler does: gives its clients process ids of its own. */
async function startPooler(): Promise<Server> {
  const { host, port } = readServerAddress();
  // BackendKeyData: https://www.postgresql.org/docs/current/protocol-message-formats.html
  const head = Buffer.from([0x4b, 0, 0, 0, 12]);
  const server = createServer((client) => {
    const upstream = connect(port, host);
    client.pipe(upstream).on('error', () => client.destroy());
    upstream.on('data', (chunk: Buffer) => {
      const at = chunk.indexOf(head);
      if (at !== -1) chunk.writeUInt32BE(1, at + head.length);
      client.write(chunk);
    });
    upstream.on('error', () => client.destroy()).once('close', () => client.destroy());
    client.on('error', () => upstream.destroy()).once('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

it('reads every second instead of listening through a pooler', async () => {
  await service.http.get('/alice').expect(200);
  const stream = await openEvents(`${pooled.url}/-/visitors/alice/events`);
  await stream.waitFor(1);
  await service.http.get('/alice').expect(200);
  await stream.waitFor(2);
  const listening = await service.database.query(
    `SELECT query FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
  );
  expect(listening).toEqual([]);
  await waitUntil('a session that does not listen', 5, async () => {
    const sessions = await service.database.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'footfall-live' AND datname = current_database()`,
    );
    return sessions.length === 1;
  });
  stream.close();
});
