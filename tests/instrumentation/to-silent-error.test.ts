import { toSilentError } from '../../src/instrumentation/to-silent-error';

it('keeps class and frames, and drops the message', () => {
  const error = new TypeError('no alice\n    at alice in the message', {
    cause: new Error('no alice either'),
  });
  const silent = toSilentError(error, 'internal');
  expect(silent).toMatchObject({ name: 'TypeError', message: 'internal' });
  expect(silent.cause).toBeUndefined();
  expect(silent.stack).toMatch(/^TypeError: internal\n {4}at .*to-silent-error\.test/);
  expect(silent.stack).not.toContain('alice');
});

it('wraps a thrown value that is not an error', () => {
  expect(toSilentError('alice', 'internal').stack).toBe('Error: internal');
});
