import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getManifest, listOfKind } from './support/read-manifests';

const read = (file: string): string => readFileSync(join(__dirname, '../..', file), 'utf8');
const gateway = getManifest('Gateway');
const routes = listOfKind('HTTPRoute');
const served = routes.filter(({ spec }) =>
  spec.parentRefs.every(({ sectionName }) => sectionName === 'https'),
);
const policies = listOfKind('BackendTrafficPolicy');

it('attaches every route to a listener, and the gateway to the class of the controller', () => {
  expect(gateway.spec.gatewayClassName).toBe(getManifest('GatewayClass').metadata?.name);
  const listeners = gateway.spec.listeners.map(({ name }) => `${gateway.metadata?.name} ${name}`);
  const attached = routes.flatMap(({ spec }) =>
    spec.parentRefs.map(({ name, sectionName }) => `${name} ${sectionName}`),
  );
  expect(new Set(attached)).toEqual(new Set(listeners));
  expect(new Set(gateway.spec.listeners.map(({ hostname }) => hostname)).size).toBe(1);
});

it('uses the certificate that the Ingress uses', () => {
  const secrets = gateway.spec.listeners.flatMap(
    ({ tls }) => tls?.certificateRefs.map(({ name }) => name) ?? [],
  );
  const [tls] = getManifest('Ingress', 'web').spec?.tls ?? [];
  expect(secrets).toEqual([tls?.secretName]);
});

it('routes the same paths to the same Services as the Ingress', () => {
  const byGateway = served.flatMap(({ spec }) =>
    spec.rules.flatMap(({ matches = [], backendRefs = [] }) =>
      matches.flatMap(({ path }) =>
        backendRefs.map(({ name, port }) => `${path.type} ${path.value} ${name}:${port}`),
      ),
    ),
  );
  const portOf = (name: string): number | undefined =>
    getManifest('Service', name).spec?.ports?.find((port) => port.name === 'http')?.port;
  const byIngress = listOfKind('Ingress').flatMap(({ spec }) =>
    (spec?.rules?.[0]?.http?.paths ?? []).map(({ path, pathType, backend: { service } }) => {
      return `Path${pathType} ${path} ${service?.name}:${portOf(service?.name ?? '')}`;
    }),
  );
  expect(byGateway.toSorted()).toEqual(byIngress.toSorted());
});

it('never sends a request again, and waits as long as nginx', () => {
  const seconds = (name: string): string | undefined =>
    new RegExp(`^proxy_${name}_timeout (\\d+s);$`, 'm').exec(read('nginx/conf/proxy.conf'))?.[1];
  const rules = routes.flatMap(({ spec }) => spec.rules);
  expect(rules.filter(({ retry }) => retry)).toEqual([]);
  const toPods = rules.filter(({ backendRefs = [] }) => backendRefs.some(({ name }) => name === 'web'));
  expect(toPods.map(({ timeouts }) => timeouts)).toEqual(toPods.map(() => ({ request: seconds('read') })));
  for (const { spec } of policies) {
    expect(spec.retry).toEqual({ numRetries: 0 });
    expect(spec.timeout.tcp.connectTimeout).toBe(seconds('connect'));
  }
});

it('closes kept connections like nginx, and before the service does', () => {
  const keepalive = /keepalive_timeout (\d+s);/.exec(read('nginx/conf/settings.conf.template'))?.[1];
  expect(keepalive).toBeDefined();
  for (const { spec } of policies) expect(spec.timeout.http.connectionIdleTimeout).toBe(keepalive);
});

it('gives each route to pods the rate of nginx, by client address', () => {
  const [visits, badges] = ['VISIT', 'BADGE'].map((kind) =>
    Number(new RegExp(`${kind}_RATE:-(\\d+)r/s`).exec(read('nginx/render-config.sh'))?.[1]),
  );
  const limits = policies.map(({ spec }) => ({
    route: spec.targetRefs.map(({ name }) => name).join(),
    rules: spec.rateLimit.local.rules.map(({ clientSelectors, limit }) => [
      ...clientSelectors.map(({ sourceCIDR }) => `${sourceCIDR.type} ${sourceCIDR.value}`),
      `${limit.requests} ${limit.unit}`,
    ]),
  }));
  const perSecond = (rate?: number): string[][] =>
    ['0.0.0.0/0', '::/0'].map((addresses) => [`Distinct ${addresses}`, `${rate} Second`]);
  expect(limits).toEqual([
    { route: 'web', rules: perSecond(visits) },
    { route: 'badges', rules: perSecond(badges) },
  ]);
  expect(served.map(({ metadata }) => metadata?.name).toSorted()).toEqual(['badges', 'web']);
});

it('passes paths on unchanged', () => {
  const { spec } = getManifest('ClientTrafficPolicy');
  expect(spec.targetRefs.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Gateway web']);
  expect(spec.path).toEqual({ disableMergeSlashes: true, escapedSlashesAction: 'KeepUnchanged' });
});
