/** Where a picture lies in the bucket, and which names may be asked for. */

/** Lower-case words and digits: nothing that could climb out of the folder. */
const imageId = /^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$/;

export function isImageId(value: string): boolean {
  return imageId.test(value);
}

export function imageKey(id: string): string {
  return `images/${id}.webp`;
}

/**
 * The address is relative: pictures come through whatever edge the page came through,
 * and the digest in the id lets every edge keep them for ever.
 */
export function imageUrl(id: string): string {
  return `/api/images/${id}`;
}
