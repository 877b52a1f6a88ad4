import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyWorkTree } from '../../support/work-tree.mjs';

/**
 * Creates an operator's clone with an inventory and settings.
 * @param controller the machine that runs the playbooks.
 * @param {{inventory: string, settings: object, secrets: object, authority: string}} options `secrets` are encrypted
 *   by Ansible's vault; `authority` is the certificate that verifies the database.
 */
export async function createPlaybooks(controller, { inventory, settings, secrets, authority }) {
  const folder = await mkdtemp(join(tmpdir(), 'footfall-deploy-'));
  await copyWorkTree(folder);
  const vaultPasswordFile = join(folder, '.vault-password');
  const env = {
    ANSIBLE_HOST_KEY_CHECKING: 'true',
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_PIPELINING: 'true',
    ANSIBLE_VAULT_PASSWORD_FILE: vaultPasswordFile,
  };
  const variables = join(folder, 'ansible/group_vars/all');
  const writeVariables = (file, values) => writeFile(join(variables, file), JSON.stringify(values, null, 2));
  /** Writes passwords as an operator would, into a file that the vault encrypts. */
  const writeSecrets = async (values) => {
    await writeVariables('vault.yml', values);
    await controller.run('ansible-vault', ['encrypt', join(variables, 'vault.yml')], { cwd: folder, env });
  };

  await writeFile(vaultPasswordFile, 'opens the vault of this test\n', { mode: 0o600 });
  await chmod(vaultPasswordFile, 0o600);
  await mkdir(variables, { recursive: true });
  await writeFile(join(folder, 'ansible/hosts'), inventory);
  await writeFile(join(folder, 'ansible/db-ca.pem'), authority);
  const writeSettings = (changes = {}) =>
    writeVariables('settings.yml', {
      ...settings,
      footfall_db_ca_file: '{{ inventory_dir }}/db-ca.pem',
      ...changes,
    });
  await writeSettings();
  await writeSecrets(secrets);

  const toWords = (name, extra) => [
    ...['-i', 'ansible/hosts', `ansible/${name}.yml`],
    ...Object.entries(extra).flatMap(([key, value]) => ['-e', `${key}=${value}`]),
  ];

  return {
    folder,
    writeSecrets,
    /** Writes the settings again, with changes. */
    writeSettings,
    /** Runs a playbook and kills it once its output matches `at`, as when the operator's machine fails. */
    async interrupt(name, extra, at) {
      const words = controller.toWords('ansible-playbook', toWords(name, extra), { cwd: folder, env });
      const child = spawn('docker', words, { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      for await (const text of child.stdout.setEncoding('utf8')) {
        output += text;
        if (at.test(output)) break;
      }
      if (!at.test(output)) throw new Error(`${name} ended without ${at}:\n${output.slice(-2000)}`);
      await controller.crash();
    },
    /**
     * Runs a playbook as the README says: `ansible-playbook -i ansible/hosts ansible/<name>.yml -e …`.
     * @returns {Promise<{code: number, output: string, changed: number}>} `changed` is summed over the hosts.
     */
    async run(name, extra = {}, { mayFail = false } = {}) {
      const words = toWords(name, extra);
      const options = { env, cwd: folder, allowFailure: true, timeoutMs: 480_000 };
      const { code, stdout, stderr } = await controller.run('ansible-playbook', words, options);
      const output = stdout + stderr;
      if (code !== 0 && !mayFail) {
        const end = output.trimEnd().split('\n').slice(-60).join('\n');
        throw new Error(`ansible-playbook ${words.join(' ')} ended with ${code}:\n${end}`);
      }
      return { code, output, changed: sumRecap(output, 'changed') };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function sumRecap(output, word) {
  const recap = output.slice(output.lastIndexOf('PLAY RECAP'));
  const counts = [...recap.matchAll(new RegExp(`\\b${word}=(\\d+)`, 'g'))];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
