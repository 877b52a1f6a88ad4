import { toSilentError } from '../../src/instrumentation/to-silent-error';

it('keeps the class and the frames of an error, and none of its words', () => {
  const error = new TypeError('no alice\n    at alice in the message', {
    cause: new Error('no alice either'),
  });
  const silent = toSilentError(error, 'internal');
  expect(silent).toMatchObject({ name: 'TypeError', message: 'internal' });
  expect(silent.cause).toBeUndefined();
  expect(silent.stack).toMatch(/^TypeError: internal\n {4}at .*to-silent-error\.test/);
  expect(silent.stack).not.toContain('alice');
});

it('makes an error of what is none', () => {
  expect(toSilentError('alice', 'internal').stack).toBe('Error: internal');
});
