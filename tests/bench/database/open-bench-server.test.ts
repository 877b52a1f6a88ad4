import { requireDurability } from '../../../bench/database/open-bench-server';

it.each([
  [{ fsync: 'off', synchronousCommit: 'on' }, /has fsync off/],
  [{ fsync: 'on', synchronousCommit: 'off' }, /has synchronous_commit off/],
  [{ fsync: 'off', synchronousCommit: 'off' }, /has fsync and synchronous_commit off/],
])('rejects a server that does not wait for the disk: %p', (durability, message) => {
  expect(() => requireDurability(durability)).toThrow(message);
});

it.each(['on', 'local', 'remote_write', 'remote_apply'])(
  'accepts synchronous_commit %s',
  (synchronousCommit) => {
    expect(() => requireDurability({ fsync: 'on', synchronousCommit })).not.toThrow();
  },
);
