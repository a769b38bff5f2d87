/** How pictures become pixels. Part of every id of the seed, as other pixels need another address. */
export const encoding: Encoding = { edgePixels: 720, webpQuality: 90 };

interface Encoding {
  /** Sharp on a card at twice the density, and large enough for the product page. */
  edgePixels: number;
  /** 1 to 100. Less than 85 shows bands in the soft light on the wall. */
  webpQuality: number;
}
