import { createServer } from 'node:net';
import { baseImages } from '../../support/base-images.mjs';
import { runProgram } from '../../support/shell.mjs';

/** Replaces the AWS client, which is too large to build here: sends its arguments and the file. */
const dockerfile = `FROM ${baseImages.node}
ENTRYPOINT ["bash", "-c", "exec 3<>/dev/tcp/$UPLOAD_TO && { echo \\"$*\\"; cat /tmp/backup; } >&3", "aws"]
`;

/** Builds the replacement of the client and pushes it. */
export async function pushUploadClient(image) {
  const env = { ...process.env, DOCKER_BUILDKIT: '1' };
  await runProgram('docker', ['build', '--quiet', '--tag', image, '-'], { env, input: dockerfile });
  await runProgram('docker', ['push', '--quiet', image]);
}

/** Receives the uploads, at an address that the hosts reach. */
export async function startUploadServer(address) {
  const uploads = [];
  const server = createServer((socket) => {
    const chunks = [];
    socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => undefined);
    socket.once('end', () => {
      const received = Buffer.concat(chunks);
      const end = received.indexOf('\n');
      uploads.push({ words: received.subarray(0, end).toString(), content: received.subarray(end + 1) });
      socket.end();
    });
  });
  await new Promise((resolve) => server.listen(0, address, resolve));
  return {
    /** The value of UPLOAD_TO in the environment of the client. */
    target: `${address}/${server.address().port}`,
    uploads,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
