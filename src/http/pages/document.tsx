import type { ComponentChildren } from 'preact';
import { describeProduct } from '../../shared/product';
import { useToPath } from './use-to-path';
import type { WebAssets } from './web-assets';

/** The frame of a page. */
export interface DocumentProps {
  readonly assets: WebAssets;
  /** The title before the name of the service; none on the dashboard. */
  readonly title?: string;
  /** When the figures were read; undefined on a page without figures. */
  readonly readAt?: Date;
  /** The path of the events after which the figures are read again. */
  readonly events?: string;
  /** The script of the page. Default: that of the pages with figures. */
  readonly script?: string;
  /** Whether the reader has signed in to see the page. */
  readonly canSignOut?: boolean;
  readonly children: ComponentChildren;
}

/** A page: head, name of the service, content, footer. */
export function Document({
  assets,
  title,
  readAt,
  events,
  script = readAt && 'main.ts',
  canSignOut = false,
  children,
}: DocumentProps) {
  const toPath = useToPath();
  const findAsset = (source: string): string => toPath(assets.pathOf(source));
  return (
    <html lang="en" data-base-path={toPath('') || undefined}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title === undefined ? 'Footfall' : `${title} · Footfall`}</title>
        <link rel="icon" type="image/svg+xml" href={findAsset('favicon.svg')} />
        <link rel="stylesheet" href={findAsset('styles.css')} />
        {script && <script type="module" src={findAsset(script)} />}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header class="top">
          <a class="brand" href={toPath('/')}>
            <img src={findAsset('favicon.svg')} alt="" width="28" height="28" />
            Footfall
          </a>
          {readAt && <Freshness readAt={readAt} events={events && toPath(events)} />}
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
  const toPath = useToPath();
  const { version, sourceUrl, privacyUrl } = describeProduct();
  return (
    <footer>
      <span>Footfall {version}</span>
      <a href={sourceUrl}>Source</a>
      <a href={toPath('/-/docs')}>API</a>
      <a href={privacyUrl}>Privacy</a>
      {canSignOut && (
        <form method="post" action={toPath('/-/sign-out')}>
          <button type="submit">Sign out</button>
        </form>
      )}
    </footer>
  );
}

interface FreshnessProps {
  readonly readAt: Date;
  readonly events: string | undefined;
}

function Freshness({ readAt, events }: FreshnessProps) {
  const iso = readAt.toISOString();
  return (
    <p id="freshness" class="freshness" data-events={events}>
      <span class="mark" aria-hidden="true" />
      <span>
        Refreshed at <time dateTime={iso}>{iso.slice(11, 16)} UTC</time>
      </span>
      <span id="rhythm" />
    </p>
  );
}
