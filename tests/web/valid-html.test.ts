import { HtmlValidate } from 'html-validate/node';
import { fillService } from '../support/fill-service';
import { startTestService, type TestService } from '../support/test-service';

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard', 'html-validate:a11y'],
  // The form of the badge builder submits nothing: it changes the preview at each input.
  rules: { 'wcag/h32': 'off' },
});

/** Lists what is not valid HTML in the page at a path. */
async function findErrors(service: TestService, path: string): Promise<string[]> {
  const { text } = await service.http.get(path).set('Accept', 'text/html');
  expect(text).toMatch(/^<!doctype html><html/);
  const { results } = await validator.validateString(text);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector }) => `${ruleId}: ${message} (${selector})`),
  );
}

let service: TestService;
afterEach(() => service.stop());

it.each([
  '/',
  '/?sort=username&limit=10',
  '/?search=nobody',
  '/?sort=wrong',
  '/-/visitors/alice',
  '/-/visitors/owner%2Frepo',
  '/-/visitors/nobody',
  '/-/docs',
])('answers %s with valid HTML', async (path) => {
  service = await startTestService();
  await fillService(service.database);
  expect(await findErrors(service, path)).toEqual([]);
});

it('sends valid HTML without visitors', async () => {
  service = await startTestService();
  expect(await findErrors(service, '/')).toEqual([]);
});

it('asks for the read key with valid HTML', async () => {
  service = await startTestService({ READ_KEY: 'a-key-of-the-tests-only' });
  expect(await findErrors(service, '/-/sign-in')).toEqual([]);
  expect(await findErrors(service, '/')).toEqual([]);
});
