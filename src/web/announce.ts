/** Announces a sentence to screen readers. */
export function announce(sentence: string): void {
  const place = document.getElementById('announcement');
  if (place) place.textContent = sentence;
}
