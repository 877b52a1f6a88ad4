import { createBotCheck } from '../../src/http/routes/visits/is-bot';

const isBot = createBotCheck();

it.each([
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Slack-ImgProxy (+https://api.slack.com/robots)',
  'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
  'Twitterbot/1.0',
  'TelegramBot (like TwitterBot)',
  'WhatsApp/2.23.20.0',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/143.0.0.0 Safari/537.36',
  'Mozilla/5.0 zgrab/0.x',
  'my-crawler/1.0',
  // A product name alone. Mail programs that fetch images in advance send it.
  'Mozilla/5.0',
  'node-crawler',
  `Googlebot ${'x'.repeat(10_000)}`,
])('knows %s', (agent) => {
  // The second answer is the remembered one.
  expect([isBot(agent), isBot(agent)]).toEqual([true, true]);
});

it.each([
  undefined,
  '',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 12; CUBOT P50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Mobile Safari/537.36',
  // Image proxies.
  'github-camo (876de43e)',
  'github-camo',
  'Camo Asset Proxy 2.3.0',
  'go-camo',
  'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
  // Programs and libraries.
  'curl/8.5.0',
  'Wget/1.21.3',
  'HTTPie/3.2.2',
  'PostmanRuntime/7.36.0',
  'python-requests/2.31.0',
  'Python-urllib/3.11',
  'python-httpx/0.27.0',
  'Python/3.11 aiohttp/3.9.1',
  'Go-http-client/1.1',
  'okhttp/4.12.0',
  'Java-http-client/17.0.9',
  'Java/17.0.9',
  'Apache-HttpClient/5.3 (Java/17.0.9)',
  'node',
  'node-fetch/1.0 (+https://github.com/bitinn/node-fetch)',
  'undici',
  'axios/1.6.0',
  'got (https://github.com/sindresorhus/got)',
  'Deno/1.40.0',
  'Bun/1.0.0',
  'Ruby',
  'Faraday v2.9.0',
  'GuzzleHttp/7',
  'PHP/8.3',
  'libwww-perl/6.67',
  'reqwest/0.11.22',
])('takes %s for a person or a program', (agent) => {
  expect([isBot(agent), isBot(agent)]).toEqual([false, false]);
});
