import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ToPath } from '../base-path';

/** Provides `ToPath` to the parts of a page. `renderPage` sets it. */
export const ToPathContext = createContext<ToPath>(() => {
  throw new Error('A page is rendered with renderPage.');
});

/** Returns what a part of a page makes its links with. */
export function useToPath(): ToPath {
  return useContext(ToPathContext);
}
