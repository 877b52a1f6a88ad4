import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { secretSettings, settingDefinitions } from '../../src/config/setting-definitions';
import { getManifest, listOfKind, readSettings } from './support/read-manifests';

const repository = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');
const imageVariables = Object.fromEntries(
  [...read('docker/app.Dockerfile').matchAll(/^\s+(?:ENV )?([A-Z0-9_]+)=(\S*)/gm)].map(([, name, value]) => [
    name,
    value,
  ]),
);
const { web: swarmService } = (
  parse(read('docker-compose.prod.yml')) as {
    services: { web: { stop_grace_period: string; environment: Record<string, string> } };
  }
).services;
const pods = [getManifest('Deployment').spec?.template.spec, getManifest('Job').spec?.template.spec];
const [web, job] = pods.map((pod) => pod?.containers[0]);
const operatorPaths = [
  ...read('src/http/routes/operations/operation-endpoints.ts').matchAll(/^ +path: '(.*)',$/gm),
].map(([, path]) => path!);

it('sets only settings that the service reads, to valid values', () => {
  const settings = readSettings();
  const files = secretSettings.map((name) => `${name}_FILE`);
  const values = Object.entries(settings).filter(([name]) => !files.includes(name));
  expect(values.map(([name]) => name).filter((name) => !(name in settingDefinitions.shape))).toEqual([]);
  expect(settingDefinitions.safeParse(Object.fromEntries(values)).error).toBeUndefined();
});

it("gives the owner's login to the job only", () => {
  const owner = ['DB_OWNER_USERNAME', 'DB_OWNER_PASSWORD'];
  expect(job?.env?.map(({ name }) => name)).toEqual(owner);
  expect(owner.filter((name) => !(name in settingDefinitions.shape))).toEqual([]);
  expect(job?.env?.map(({ valueFrom }) => valueFrom?.secretKeyRef?.optional)).toEqual([true, true]);
});

it('gives the read key to the service only, if there is one', () => {
  expect(web?.env?.map(({ name }) => name)).toEqual(['READ_KEY', 'PUBLIC']);
  expect(web?.env?.filter(({ name }) => !(name in settingDefinitions.shape))).toEqual([]);
  expect(web?.env?.map(({ valueFrom }) => valueFrom?.secretKeyRef?.optional)).toEqual([true, true]);
});

it('sets only settings that the swarm sets as well', () => {
  const { DB_SSL_CA_FILE, ...settings } = readSettings();
  expect(DB_SSL_CA_FILE).toBeDefined();
  expect(Object.keys(swarmService.environment)).toEqual(expect.arrayContaining(Object.keys(settings)));
});

it('trusts the same proxies as the swarm, and limits clients and names alike', () => {
  const shared = Object.entries(readSettings()).filter(([name]) => /^(RATE_LIMIT_|TRUSTED_)/.test(name));
  const ofSwarm = shared.map(([name]) => [name, /:-(.*)\}$/.exec(swarmService.environment[name] ?? '')?.[1]]);
  expect(shared).toHaveLength(5);
  expect(shared).toEqual(ofSwarm);
});

it('mounts the files named in the settings', () => {
  const { DB_PASSWORD_FILE = '', DB_SSL_CA_FILE = '' } = readSettings();
  const volumeAt = (file: string): string | undefined =>
    web?.volumeMounts?.find(({ mountPath }) => mountPath === dirname(file))?.name;
  const secret = pods[0]?.volumes?.find(({ name }) => name === volumeAt(DB_PASSWORD_FILE))?.secret;
  expect(secret?.items).toEqual([{ key: 'password', path: basename(DB_PASSWORD_FILE) }]);
  expect(
    pods[0]?.volumes?.find(({ name }) => name === volumeAt(DB_SSL_CA_FILE))?.configMap?.name,
  ).toBeTruthy();
});

it('probes and scrapes existing paths of the service at the port of its image', () => {
  const probes = [web?.livenessProbe, web?.readinessProbe, web?.startupProbe];
  for (const probe of probes) {
    expect(operatorPaths).toContain(probe?.httpGet?.path);
    expect(web?.ports?.map(({ name }) => name)).toContain(probe?.httpGet?.port);
  }
  expect(web?.readinessProbe?.httpGet?.path).toBe('/-/health/ready');
  const annotations = getManifest('Deployment').spec?.template.metadata?.annotations ?? {};
  expect(operatorPaths).toContain(annotations['prometheus.io/path']);
  expect(annotations['prometheus.io/port']).toBe(imageVariables.PORT);
  expect(web?.ports?.map(({ containerPort }) => String(containerPort))).toEqual([imageVariables.PORT]);
});

it("hides the operator's paths from outside and routes all others", () => {
  const paths = listOfKind('Ingress').flatMap(({ spec }) => spec?.rules?.[0]?.http?.paths ?? []);
  const route = (path: string): string | undefined =>
    paths
      .filter((rule) => path === rule.path || path.startsWith(`${rule.path!.replace(/\/$/, '')}/`))
      .toSorted((one, other) => other.path!.length - one.path!.length)[0]?.backend.service?.name;
  expect(operatorPaths).toHaveLength(3);
  expect(operatorPaths.map(route)).toEqual(operatorPaths.map(() => 'nowhere'));
  for (const path of [
    '/',
    '/alice',
    '/-/badge/alice.svg',
    '/-/hit/alice.svg',
    '/-/spark/alice.svg',
    '/-/docs',
    '/-/visitors/alice',
  ]) {
    expect([path, route(path)]).toEqual([path, 'web']);
  }
});

it('configures the ingress like nginx: no retries, the same timeouts and limits', () => {
  const proxy = read('nginx/conf/proxy.conf');
  const seconds = (name: string): string | undefined =>
    new RegExp(`^proxy_${name}_timeout (\\d+)s;$`, 'm').exec(proxy)?.[1];
  const limits =
    /VISIT_RATE:-(\d+)r\/s[\s\S]*?VISIT_BURST:-(\d+)[\s\S]*?BADGE_RATE:-(\d+)r\/s[\s\S]*?BADGE_BURST:-(\d+)/
      .exec(read('nginx/render-config.sh'))
      ?.slice(1)
      .map(Number) as [number, number, number, number];
  const rates = { web: [limits[0], limits[1]], badges: [limits[2], limits[3]] };
  for (const [name, [rate = 0, burst = 0]] of Object.entries(rates)) {
    const annotations = getManifest('Ingress', name).metadata?.annotations ?? {};
    expect(annotations).toEqual({
      'nginx.ingress.kubernetes.io/proxy-next-upstream': /^proxy_next_upstream (\w+);$/m.exec(proxy)?.[1],
      'nginx.ingress.kubernetes.io/connection-proxy-header': 'close',
      'nginx.ingress.kubernetes.io/proxy-connect-timeout': seconds('connect'),
      'nginx.ingress.kubernetes.io/proxy-send-timeout': seconds('send'),
      'nginx.ingress.kubernetes.io/proxy-read-timeout': seconds('read'),
      'nginx.ingress.kubernetes.io/proxy-body-size': '1k',
      'nginx.ingress.kubernetes.io/limit-rps': String(rate),
      'nginx.ingress.kubernetes.io/limit-burst-multiplier': String(burst / rate),
      'nginx.ingress.kubernetes.io/enable-access-log': 'false',
    });
  }
});

it('runs the program of the image as the only process of a container', () => {
  expect(web?.args).toEqual(['footfall', 'serve']);
  expect(web?.command).toBeUndefined();
  expect(pods[0]?.containers).toHaveLength(1);
});

it('gives a pod time to leave its Service, to drain and to stop', () => {
  const killTimeout = Number(
    execFileSync(
      process.execPath,
      ['-p', `require('${join(repository, 'docker/ecosystem.config.cjs')}').apps[0].kill_timeout`],
      { env: { ...process.env, ...imageVariables } },
    ),
  );
  const preStop = web?.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const grace = pods[0]?.terminationGracePeriodSeconds ?? 0;
  expect(preStop).toBeGreaterThan(0);
  expect(killTimeout).toBeGreaterThan(Number(imageVariables.SHUTDOWN_TIMEOUT_MS));
  expect(grace).toBeGreaterThan(preStop + killTimeout / 1000);
  expect(`${grace}s`).toBe(swarmService.stop_grace_period);
});

it('replaces pods one at a time, and removes none before its successor is ready', () => {
  expect(getManifest('Deployment').spec?.strategy).toEqual({
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
  });
  expect(getManifest('PodDisruptionBudget').spec?.maxUnavailable).toBe(1);
  expect(getManifest('HorizontalPodAutoscaler').spec?.minReplicas).toBeGreaterThan(1);
});

it('restricts containers like the swarm: no root, no capabilities, only /tmp is writable', () => {
  for (const pod of pods) {
    expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000 });
    expect(pod?.automountServiceAccountToken).toBe(false);
    expect(pod?.containers.map(({ securityContext }) => securityContext)).toEqual([
      { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    ]);
    const writable = pod?.containers[0]?.volumeMounts?.filter(({ readOnly }) => !readOnly);
    expect(writable).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
  }
});

it('migrates with a command of the image', () => {
  const [program, command = '', verb] = job?.args ?? [];
  expect([program, verb]).toEqual(['footfall', 'up']);
  expect(existsSync(join(repository, 'src/cli', `${command}.ts`))).toBe(true);
});

it('gives images the higher limits of nginx on every way in', () => {
  const ofNginx = [
    ...read('nginx/conf/limits.conf.template').matchAll(
      /location \^~ \$\{BASE_PATH\}(\S+)\/ \{\s+limit_req zone=badges/g,
    ),
  ];
  const paths = ofNginx.map(([, path]) => path).toSorted();
  expect(paths.length).toBeGreaterThan(2);
  const ingress = getManifest('Ingress', 'badges').spec?.rules?.[0]?.http?.paths ?? [];
  expect(ingress.map(({ path }) => path).toSorted()).toEqual(paths);
  const route = read('kubernetes/gateway/routes.yaml').split('name: badges')[1]!.split('---')[0]!;
  expect([...route.matchAll(/value: (\S+)/g)].map(([, path]) => path).toSorted()).toEqual(paths);
});
