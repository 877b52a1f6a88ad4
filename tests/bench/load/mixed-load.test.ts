import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runRequests } from '../../../bench/load/run-requests';

let server: Server;
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

async function start(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('times the visits of a mixed load apart', async () => {
  const url = await start((request, response) => {
    // A visit takes longer than a badge.
    setTimeout(() => response.end('{}'), request.url === '/ada' ? 60 : 0);
  });
  const paths = [['/ada', '/-/badge/ada.svg', '/-/badge/ada.svg', '/-/badge/ada.svg']];
  const result = await runRequests([url], { connections: 1, amount: 4, paths });
  expect(result).toMatchObject({ acknowledged: 4, visits: { acknowledged: 1 } });
  expect(result.visits!.p50Ms).toBeGreaterThan(50);
  expect(result.p50Ms).toBeLessThan(50);
});

it('does not time visits apart if all requests are visits, or none', async () => {
  const url = await start((_request, response) => void response.end('{}'));
  for (const paths of ['/ada', '/-/badge/ada.svg']) {
    expect(await runRequests([url], { connections: 1, amount: 2, paths })).not.toHaveProperty('visits');
  }
});

it('counts an answer of another length as refused, if all must be equally long', async () => {
  let asked = 0;
  const url = await start((_request, response) => {
    asked += 1;
    response.end(asked % 3 === 0 ? '–' : '12');
  });
  const load = { connections: 1, amount: 6, paths: '/-/badge/ada.svg' };
  expect(await runRequests([url], { ...load, sameLength: true })).toMatchObject({
    acknowledged: 4,
    non2xx: 2,
  });
  expect(await runRequests([url], load)).toMatchObject({ acknowledged: 6, non2xx: 0 });
});

it('sends the wanted Accept header, and otherwise none', async () => {
  const accepted: (string | undefined)[] = [];
  const url = await start((request, response) => {
    accepted.push(request.headers.accept);
    response.end('{}');
  });
  await runRequests([url], { connections: 1, amount: 1, paths: '/', accept: 'text/html' });
  await runRequests([url], { connections: 1, amount: 1, paths: '/' });
  expect(accepted).toEqual(['text/html', undefined]);
});
