import { afterAll, describe, expect, test } from '@jest/globals';
import { PHOTO_SLOTS } from '../../src/photos/photo-slot.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { inventedPersona } from '../../src/simulator/photo-lab/persona.ts';
import { PhotoLab } from '../../src/simulator/photo-lab/photo-lab.service.ts';
import { drawPhoto } from '../../src/simulator/photo-lab/photo-lab.ts';

const lab = new PhotoLab();
afterAll(() => lab.onApplicationShutdown());

const PERSONA = { fullName: 'Trần Thị Huỳnh', idNumber: '000397097379', dateOfBirth: '1997-03-09' };

describe('the photo lab', () => {
  test.each(PHOTO_SLOTS)('makes a %s of about a megapixel and less than 400 KB', async (slot) => {
    const photo = await lab.photo({ slot, seed: 'size', persona: PERSONA });
    const { format, width, height } = await sharp(photo).metadata();
    expect({ format, large: width * height > 1_000_000 && Math.max(width, height) <= 1600, light: photo.length < 400_000 }).toEqual({ format: 'jpeg', large: true, light: true }); // prettier-ignore
    expect(width < height).toBe(slot === 'portrait');
  });

  test('makes the same bytes of the same order, remembered or drawn anew, in its own thread or here, and other bytes of another', async () => {
    const order = { slot: 'idFront', seed: '1', persona: PERSONA } as const;
    const first = await lab.photo(order);
    const others = [{ ...order, seed: '2' }, { ...order, slot: 'idBack' as const }, { ...order, persona: { ...PERSONA, fullName: 'Lê Thị Thảo' } }, { ...order, defect: 'tiny' as const }]; // prettier-ignore
    for (const other of others) expect((await lab.photo(other)).equals(first)).toBe(false);
    expect((await lab.photo(order)).equals(first)).toBe(true);
    expect((await drawPhoto(order)).equals(first)).toBe(true);
    expect((await drawPhoto({ ...order, defect: 'glare' })).equals(await lab.photo({ ...order, defect: 'glare' }))).toBe(true);
  });

  test('gives nobody its memory to write on', async () => {
    const order = { slot: 'portrait', seed: '1', defect: 'tiny' } as const;
    (await lab.photo(order)).fill(0);
    expect((await lab.photo(order))[0]).toBe(0xff);
  });

  test('invents people whose ID number can be nobody’s', () => {
    for (let seed = 0; seed < 200; seed++) {
      const { fullName, idNumber, dateOfBirth } = inventedPersona(new Dice(String(seed)));
      expect(idNumber).toMatch(/^000\d{9}$/);
      expect(dateOfBirth).toBe(new Date(dateOfBirth).toISOString().slice(0, 10));
      expect(fullName).toBe(fullName.normalize('NFC'));
    }
  });
});
