import drawCode from '../../qr/qr-symbol.worker.ts';
import type { Picture } from './defects.ts';
import { finish, takePicture, type PhotoOrder } from './photo-lab.ts';

/** Drawing takes some tenths of a second and spoiling some hundredths: who asks for the grades of a defect has the picture taken once. */
const MOST_KEPT = 6;

const kept = new Map<string, Promise<Picture>>();

/** What a thread of `PhotoLab` runs. */
export default async function draw(order: PhotoOrder): Promise<Buffer> {
  const key = JSON.stringify([order.slot, order.seed, order.paper, order.persona]);
  const picture = kept.get(key) ?? takePicture(order, drawCode);
  kept.delete(key);
  kept.set(key, picture);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  try {
    return await finish(order, await picture);
  } catch (error) {
    kept.delete(key);
    throw error;
  }
}
