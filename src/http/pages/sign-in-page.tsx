import { Document } from './document';
import { useToPath } from './use-to-path';
import type { WebAssets } from './web-assets';

/** What the page shows. */
export interface SignInPageProps {
  readonly assets: WebAssets;
  /** The page to show after the sign-in, from `toOwnPage`. */
  readonly next: string;
  /** Why the last attempt failed. */
  readonly reason?: string | undefined;
}

/** The page that asks for the read key. It works without a script. */
export function SignInPage({ assets, next, reason }: SignInPageProps) {
  const toPath = useToPath();
  const query = next === toPath('/') ? '' : `?next=${encodeURIComponent(next)}`;
  return (
    <Document assets={assets} title="Sign in">
      <section class="panel sign-in">
        <h1>Sign in</h1>
        {reason !== undefined && (
          <p id="reason" class="failure" role="alert">
            {reason}
          </p>
        )}
        <form method="post" action={toPath(`/-/sign-in${query}`)}>
          <label for="key">Read key</label>
          <input
            id="key"
            name="key"
            type="password"
            autoComplete="current-password"
            required
            autoFocus
            aria-describedby={reason === undefined ? undefined : 'reason'}
          />
          <button type="submit">Sign in</button>
        </form>
        <p class="hint">The operator of this service has the key.</p>
      </section>
    </Document>
  );
}
