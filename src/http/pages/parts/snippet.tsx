import type { ComponentChildren } from 'preact';
import { useToPath } from '../use-to-path';

/** A line of code to copy. */
export interface SnippetProps {
  readonly id: string;
  /** The text of the button, such as "Copy Markdown". */
  readonly action: string;
  readonly children?: ComponentChildren;
}

/** Code with a button that copies it. The button is hidden without a script. */
export function Snippet({ id, action, children }: SnippetProps) {
  return (
    <div class="snippet">
      <code id={id}>{children}</code>
      <button type="button" class="scripted" data-copy={id}>
        {action}
      </button>
    </div>
  );
}

/**
 * A placeholder for the address of this service. Only the browser knows it, so a script fills it
 * in.
 */
export function Origin() {
  return <span data-origin>https://footfall.example{useToPath()('')}</span>;
}
