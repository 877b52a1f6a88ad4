import { once } from 'node:events';
import { openSocket } from '../support/raw-http';
import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

it('answers a client that closes its half of the connection after the request', async () => {
  const socket = openSocket(service.url);
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.end('GET /alice HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'close');
  expect(received).toMatch(/^HTTP\/1\.1 200 [^]*"visits":1\}$/);
  expect(await service.listed('alice')).toBe(1);
});
