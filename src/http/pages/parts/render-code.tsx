/** Renders plain text with code between backticks, as descriptions of the API have it. */
export function renderCode(text: string) {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? <code key={`${index}-${part}`}>{part}</code> : part));
}
