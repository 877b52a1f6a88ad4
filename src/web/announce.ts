/** Tells users of a screen reader what others see. */
export function announce(sentence: string): void {
  const place = document.getElementById('announcement');
  if (place) place.textContent = sentence;
}
