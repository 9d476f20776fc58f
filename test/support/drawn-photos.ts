import { PhotoLab } from '../../src/simulator/photo-lab/photo-lab.service.ts';
import type { PhotoOrder } from '../../src/simulator/photo-lab/photo-lab.ts';

/** Its idle thread keeps no process waiting. */
const lab = new PhotoLab();

/** What the desk would draw, without a desk; the same few orders are drawn once. */
export function drawnPhoto(order: PhotoOrder): Promise<Buffer> {
  return lab.photo(order);
}
