import type { ComponentChildren } from 'preact';
import { describeProduct } from '../../shared/product';
import type { WebAssets } from './web-assets';

/** The frame of a page. */
export interface DocumentProps {
  readonly assets: WebAssets;
  /** The title before the name of the service; none on the dashboard. */
  readonly title?: string;
  /** When the figures were read; undefined on a page without figures. */
  readonly readAt?: Date;
  /** Whether the reader has signed in to see the page. */
  readonly canSignOut?: boolean;
  readonly children: ComponentChildren;
}

/** A page: head, name of the service, content, footer. */
export function Document({ assets, title, readAt, canSignOut = false, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title === undefined ? 'Footfall' : `${title} · Footfall`}</title>
        <link rel="icon" type="image/svg+xml" href={assets.pathOf('favicon.svg')} />
        <link rel="stylesheet" href={assets.pathOf('styles.css')} />
        {readAt && <script type="module" src={assets.pathOf('main.ts')} />}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header class="top">
          <a class="brand" href="/">
            <img src={assets.pathOf('favicon.svg')} alt="" width="28" height="28" />
            Footfall
          </a>
          {readAt && <Freshness readAt={readAt} />}
        </header>
        <p id="failure" class="failure" hidden />
        <main id="main" tabIndex={-1}>
          {children}
        </main>
        <Footer canSignOut={canSignOut} />
        <p id="announcement" class="unseen" role="status" />
      </body>
    </html>
  );
}

function Footer({ canSignOut }: { readonly canSignOut: boolean }) {
  const { version, sourceUrl, privacyUrl } = describeProduct();
  return (
    <footer>
      <span>Footfall {version}</span>
      <a href={sourceUrl}>Source</a>
      <a href="/-/docs">API</a>
      <a href={privacyUrl}>Privacy</a>
      {canSignOut && (
        <form method="post" action="/-/sign-out">
          <button>Sign out</button>
        </form>
      )}
    </footer>
  );
}

function Freshness({ readAt }: { readonly readAt: Date }) {
  const iso = readAt.toISOString();
  return (
    <p id="freshness" class="freshness">
      <span class="mark" aria-hidden="true" />
      <span>
        Refreshed at <time dateTime={iso}>{iso.slice(11, 16)} UTC</time>
      </span>
    </p>
  );
}
