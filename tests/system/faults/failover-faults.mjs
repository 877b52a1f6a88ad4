import { setTimeout as wait } from 'node:timers/promises';
import { askOrFail } from '../support/http-client.mjs';
import { waitUntil } from '../../support/wait-until.cjs';
import { waitRecovered } from './support/recovery.mjs';

const common = {
  // Each round makes a standby first, under load.
  rounds: { ci: 0, long: 6 },
  needs: { database: 'pair', proxied: true, services: 2 },
};

/**
 * The standby of a synchronous pair becomes the primary, and the address of the database leads to it. Two processes of
 * the service are ready again within five seconds of the promotion, without a restart.
 */
export const failoverFaults = [
  {
    ...common,
    name: 'failover',
    title: 'the primary is killed, or its host vanishes; the standby is promoted',
    async inject(context) {
      const { proxy, server } = context.environment;
      await server.addStandby();
      // Without its host, nobody closes the connections.
      if (context.random() < 0.5) proxy.vanish();
      await server.killPrimary();
      await wait(context.random() * 4000);
      return promote(context);
    },
  },
  {
    ...common,
    name: 'switch-over',
    title: 'the primary is stopped in order; the standby is promoted',
    async inject(context) {
      const { server } = context.environment;
      await server.addStandby();
      await server.stopPrimary();
      return promote(context);
    },
  },
  {
    ...common,
    name: 'read-only',
    title: 'the primary comes back read-only at its address; later the address leads to the new one',
    async inject(context) {
      const { proxy, server } = context.environment;
      await server.addStandby();
      await server.killPrimary();
      await server.promote();
      await server.returnAsStandby();
      await waitReadOnly(context);
      await wait(context.random() * 2000);
      const since = performance.now();
      // The connections to the read-only server stay open.
      proxy.moveTo(server.port);
      return waitRecovered(context, since, 5);
    },
  },
];

async function promote(context) {
  const { proxy, server } = context.environment;
  const since = performance.now();
  await server.promote();
  proxy.moveTo(server.port);
  return waitRecovered(context, since, 5);
}

async function waitReadOnly({ environment }) {
  const readCode = async (url) => (await askOrFail(url, '/-/health/ready')).json?.code;
  await waitUntil('the service to find the database read-only', 10, async () => {
    const codes = await Promise.all(environment.urls.map(readCode));
    return codes.every((code) => code === 'database-read-only');
  });
}
