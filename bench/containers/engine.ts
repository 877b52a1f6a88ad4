import { createRequire } from 'node:module';

/** The images that a release consists of. */
export interface Images {
  readonly app: string;
  readonly nginx: string;
}

interface Engine {
  findEngine(): Promise<boolean>;
  findFreePort(): Promise<number>;
  readonly runId: string;
}

// The path is relative to dist/bench/containers. The image tests build and start containers as well.
const load = createRequire(__filename);
const support = '../../../tests/system';
const engine = load(`${support}/support/engine.mjs`) as Engine;
const { docker } = load(`${support}/support/shell.mjs`) as { docker(words: string[]): Promise<string> };
const { prepareImages } = load(`${support}/images/support/prepare-images.mjs`) as {
  prepareImages(): Promise<{ readonly images: Images }>;
};

let images: Promise<Images> | undefined;

/** Whether a Docker engine on this machine can run the images. */
export async function findEngine(): Promise<boolean> {
  return process.env['DOCKER_HOST']?.startsWith('tcp:') !== true && (await engine.findEngine());
}

/** Builds both images once, or takes those that APP_IMAGE and NGINX_IMAGE name. */
export function loadImages(): Promise<Images> {
  return (images ??= prepareImages().then((prepared) => prepared.images));
}

/** A container that runs. */
export interface RunningContainer {
  /** Its address on a bridge of Docker. */
  readonly address: string;
  /** Its main process. */
  readonly pid: number;
  /** Stops and removes it. */
  remove(): Promise<void>;
}

/** How a container is started. */
export interface ContainerOptions {
  /** The name of its network. */
  readonly network: string;
  /** Further options of `docker run`. */
  readonly options?: readonly string[];
  /** Instead of the image's own. */
  readonly command?: readonly string[];
}

/** Starts a container as the production stack does: read-only, without capabilities. */
export async function startContainer(
  image: string,
  purpose: string,
  environment: Readonly<Record<string, string>>,
  { network, options = [], command = [] }: ContainerOptions,
): Promise<RunningContainer> {
  const name = `footfall-bench-${purpose}-${engine.runId}`;
  await docker([
    ...['run', '--detach', '--name', name, '--network', network, '--read-only', '--tmpfs', '/tmp'],
    ...['--cap-drop', 'ALL', '--log-opt', 'max-size=10m'],
    ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...options,
    image,
    ...command,
  ]);
  const format = `{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}} {{.State.Pid}}`;
  const [address = '', pid] = (await docker(['inspect', name, '--format', format])).split(' ');
  return {
    address,
    pid: Number(pid),
    async remove() {
      await docker(['rm', '--force', '--volumes', name]);
    },
  };
}

/** The address at which containers on Docker's bridge reach this machine. */
export async function readGateway(): Promise<string> {
  const format = '{{range .IPAM.Config}}{{.Gateway}} {{.Subnet}}{{end}}';
  const [gateway = '', subnet = ''] = (
    await docker(['network', 'inspect', 'bridge', '--format', format])
  ).split(' ');
  // Docker tells the gateway only after its second start. It is the first address.
  return gateway || subnet.replace(/\d+\/\d+$/, '1');
}

/** Creates a network on which containers find each other by name. */
export async function createNetwork(purpose: string) {
  const name = `footfall-bench-${purpose}-${engine.runId}`;
  await docker(['network', 'create', name]);
  return {
    name,
    async remove() {
      await docker(['network', 'rm', name]);
    },
  };
}

/** Finds a port that is not in use. */
export const { findFreePort } = engine;
