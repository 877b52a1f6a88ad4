import type { BrowserContext } from 'playwright-core';

/**
 * Counts the pixels of an image that have a colour, or nearly so, because of smoothing. A blank page of the same browser
 * decodes the image.
 */
export async function countPixels(
  context: BrowserContext,
  png: Buffer,
  [red, green, blue]: readonly [number, number, number],
): Promise<number> {
  const page = await context.newPage();
  try {
    return await page.evaluate<number>(`(async () => {
      const bytes = Uint8Array.from(atob('${png.toString('base64')}'), (character) => character.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
      canvas.drawImage(image, 0, 0);
      const { data } = canvas.getImageData(0, 0, image.width, image.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        const distance = Math.abs(data[at] - ${red}) + Math.abs(data[at + 1] - ${green}) + Math.abs(data[at + 2] - ${blue});
        if (distance < 12) count += 1;
      }
      return count;
    })()`);
  } finally {
    await page.close();
  }
}
