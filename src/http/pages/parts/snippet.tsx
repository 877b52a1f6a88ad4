import type { ComponentChildren } from 'preact';

/** A line to copy. */
export interface SnippetProps {
  readonly id: string;
  /** What the button says, such as "Copy Markdown". */
  readonly action: string;
  readonly children?: ComponentChildren;
}

/** A piece of code with a button that copies it; the button is there only where a script can answer it. */
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

/** Where this service is reached. Only the browser knows for sure, so a script puts the true one in its place. */
export function Origin() {
  return <span data-origin>https://footfall.example</span>;
}
