import { sharp } from '../../src/photos/safe-sharp.ts';
import type { Photos, World } from './people.ts';

/** Good photos of a few kilobytes, for tests that send many. */
export async function smallPhotos(world: World): Promise<Required<Photos>> {
  const small = async (photo: Promise<Buffer>) =>
    sharp(await photo)
      .resize({ width: 480 })
      .jpeg()
      .toBuffer();
  const [portrait, idFront, idBack] = await Promise.all([
    small(world.photo('portrait')),
    small(world.photo('idFront')),
    small(world.photo('idBack')),
  ]);
  return { portrait, idFront, idBack };
}
