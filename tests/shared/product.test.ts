import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeProduct } from '../../src/shared/product';
import { runProgram } from '../support/run-program';
import { startTestService, type TestService } from '../support/test-service';

const repository = join(__dirname, '../..');
const { version, repository: source } = JSON.parse(
  readFileSync(join(repository, 'package.json'), 'utf8'),
) as { version: string; repository: { url: string } };

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

it('shows the version of package.json in the program, the API document, the metrics and the pages', async () => {
  expect((await runProgram('cli/footfall.js', ['--version'], {})).stdout).toBe(`${version}\n`);
  const { body } = await service.http.get('/-/openapi.json').expect(200);
  expect((body as { info: { version: string } }).info.version).toBe(version);
  const { text: metrics } = await service.http.get('/-/metrics').expect(200);
  expect(metrics).toContain(`footfall_build_info{version="${version}"} 1\n`);
  for (const path of ['/', '/-/docs', '/-/visitors/nobody-yet']) {
    const { text } = await service.http.get(path).set('Accept', 'text/html');
    expect(/<footer>.*<\/footer>/s.exec(text)?.[0]).toContain(`Footfall ${version}<`);
  }
});

it('links every page to the source, the API and the privacy document', async () => {
  const { sourceUrl, privacyUrl } = describeProduct();
  expect(source.url).toBe(`git+${sourceUrl}.git`);
  const { text } = await service.http.get('/').set('Accept', 'text/html').expect(200);
  const footer = /<footer>.*<\/footer>/s.exec(text)?.[0] ?? '';
  expect([...footer.matchAll(/href="([^"]+)">([^<]+)/g)].map(([, url, title]) => [title, url])).toEqual([
    ['Source', sourceUrl],
    ['API', '/-/docs'],
    ['Privacy', privacyUrl],
  ]);
});
