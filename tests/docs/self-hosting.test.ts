import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { settingDefinitions } from '../../src/config/setting-definitions';
import { describeProduct } from '../../src/shared/product';

interface Service {
  readonly image?: string;
  readonly build?: unknown;
  readonly environment?: Record<string, string>;
  readonly ports?: string[];
  readonly volumes?: string[];
}

interface ComposeFile {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, unknown>;
}

const repository = join(__dirname, '../..');
const readCompose = (file: string): ComposeFile =>
  parse(readFileSync(join(repository, file), 'utf8'), { merge: true }) as ComposeFile;
const selfHost = readCompose('docker/self-host/compose.yaml');
const production = readCompose('docker-compose.prod.yml');
const document = readFileSync(join(repository, 'docs/self-hosting.md'), 'utf8');

it('needs no file beside the compose file: images and named volumes only', () => {
  for (const [name, { image, build, volumes = [] }] of Object.entries(selfHost.services)) {
    expect([name, build]).toEqual([name, undefined]);
    expect(image).toMatch(/^(postgres:|\$\{FOOTFALL_IMAGES:-)/);
    for (const volume of volumes) expect(Object.keys(selfHost.volumes)).toContain(volume.split(':')[0]);
  }
});

it('counts and limits as the production stack does', () => {
  const { DB_HOST, DB_PORT, PORT, ...settings } = selfHost.services['web']?.environment ?? {};
  expect([DB_HOST, DB_PORT, PORT]).toEqual(['db', '5432', '8000']);
  expect(settings['BOTS']).toBe('${BOTS:-ignore}');
  expect(settings['RESERVED_NAMES']).toBe('${RESERVED_NAMES:-common}');
  const differing = ['DB_NAME', 'DB_USERNAME', 'DB_PASSWORD_FILE', 'DB_SSL', 'TRUSTED_PROXIES'];
  for (const [name, value] of Object.entries(settings)) {
    expect(name.replace(/_FILE$/, '') in settingDefinitions.shape).toBe(true);
    if (!differing.includes(name)) {
      expect([name, value]).toEqual([name, production.services['web']?.environment?.[name]]);
    }
  }
});

it('publishes ports of nginx only, and contains no password', () => {
  const open = Object.entries(selfHost.services).filter(([, { ports }]) => ports !== undefined);
  expect(open.map(([name]) => name)).toEqual(['nginx']);
  for (const { environment = {} } of Object.values(selfHost.services)) {
    const secrets = Object.keys(environment).filter((name) => /PASSWORD|SECRET|TOKEN/.test(name));
    expect(secrets.filter((name) => !name.endsWith('_FILE'))).toEqual([]);
  }
});

it('describes every volume, and the file of this release', () => {
  for (const volume of Object.keys(selfHost.volumes)) expect(document).toContain(`| \`${volume}\``);
  const { sourceUrl, version } = describeProduct();
  expect(document).toContain(`${sourceUrl}/-/raw/v${version}/docker/self-host/compose.yaml`);
  expect(document).toContain(`/app:${version} footfall serve --migrate`);
});
