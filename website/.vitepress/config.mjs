import { renderMermaidSVG } from 'beautiful-mermaid';
import { defineConfig } from 'vitepress';
import { excluded, homepage, repository, resolveLink, version } from '../repository.mjs';
import { createSidebar } from '../sidebar.mjs';

// The pages are the documents of the repository, as they are: README.md is the start page.
export default defineConfig({
  title: 'Footfall',
  description: 'A self-hosted visit counter whose number is right and stays right.',
  lang: 'en',
  base: new URL(homepage).pathname.replace(/\/?$/, '/'),
  srcDir: '..',
  srcExclude: excluded,
  outDir: './dist',
  cacheDir: './node_modules/.vitepress',
  rewrites: {
    'website/api.md': 'api.md',
    'README.md': 'index.md',
    ':folder/README.md': ':folder/index.md',
    ':folder/:inner/README.md': ':folder/:inner/index.md',
  },
  // The README names the address of the service that it has started.
  ignoreDeadLinks: 'localhostLinks',
  markdown: {
    anchor: { slugify },
    config(markdown) {
      markdown.core.ruler.push('repository_links', rewriteLinks);
      const { fence } = markdown.renderer.rules;
      markdown.renderer.rules.fence = (tokens, index, ...rest) =>
        tokens[index].info === 'mermaid'
          ? renderDiagram(tokens[index].content)
          : fence(tokens, index, ...rest);
    },
  },
  vite: { plugins: [{ name: 'find-vue', enforce: 'pre', resolveId: findVue }] },
  themeConfig: {
    nav: [
      { text: 'Documentation', link: '/docs/' },
      { text: 'API', link: '/api' },
      { text: version, link: '/CHANGELOG' },
    ],
    sidebar: createSidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'gitlab', link: repository }],
  },
});

/** Resolves Vue from this folder: the pages that import it are outside. */
function findVue(id, _importer, options) {
  return /^vue(\/|$)/.test(id)
    ? this.resolve(id, import.meta.filename, { ...options, skipSelf: true })
    : null;
}

/** The anchor of a heading, as GitLab and GitHub create it, so that links between documents work here as well. */
function slugify(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replace(/ /g, '-');
}

function rewriteLinks({ tokens, env }) {
  const page = env.relativePath;
  const visit = (token) => {
    const href = token.type === 'link_open' ? token.attrGet('href') : null;
    if (href !== null) token.attrSet('href', resolveLink(href, page));
    // VitePress bundles a picture that is named relative to its page, but in HTML only with a dot in front.
    if (token.type.startsWith('html_'))
      token.content = token.content.replace(/(?<=src=")(?![a-z]+:|[./])/g, './');
    token.children?.forEach(visit);
  };
  tokens.forEach(visit);
}

function renderDiagram(source) {
  const colours = { bg: 'var(--vp-c-bg)', fg: 'var(--vp-c-text-1)', transparent: true };
  // Without its import of a font from another server.
  const svg = renderMermaidSVG(source, colours).replace(/@import url\([^)]*\);?/, '');
  const escaped = JSON.stringify(svg)
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;');
  // In a template of Vue a style element would be removed.
  return `<figure class="diagram" v-html="${escaped}"></figure>`;
}
