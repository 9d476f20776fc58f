import { drawPhoto, type PhotoOrder } from './photo-lab.ts';

/** What a thread of `PhotoLab` runs. */
export default function draw(order: PhotoOrder): Promise<Buffer> {
  return drawPhoto(order);
}
