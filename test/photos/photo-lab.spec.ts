import { afterAll, describe, expect, test } from '@jest/globals';
import { PhotoGate } from '../../src/photos/photo-gate.ts';
import { PhotoLine } from '../../src/photos/photo-line.ts';
import { PHOTO_SLOTS } from '../../src/photos/photo-slot.ts';
import { sharp } from '../../src/platform/safe-sharp.ts';
import { citizenCardOf } from '../../src/qr/citizen-card.payload.ts';
import { QrReader } from '../../src/qr/qr-reader.ts';
import { QrWriter } from '../../src/qr/qr-writer.ts';
import { PHOTO_DEFECTS } from '../../src/simulator/photo-lab/defects.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { PAPERS } from '../../src/simulator/photo-lab/paper.ts';
import { inventedPersona } from '../../src/simulator/photo-lab/persona.ts';
import { PhotoLab } from '../../src/simulator/photo-lab/photo-lab.service.ts';
import { drawPhoto, subjectOf } from '../../src/simulator/photo-lab/photo-lab.ts';
import { expectedOf, GRADES } from '../../src/simulator/photo-lab/photo-truth.ts';

const lab = new PhotoLab();
const writer = new QrWriter();
const reader = new QrReader(new PhotoLine());
const gate = new PhotoGate();
afterAll(() => Promise.all([lab, writer, reader, gate].map((part) => part.onApplicationShutdown())));

const drawCode = (text: string) => writer.draw(text);

const PERSONA = {
  fullName: 'Công Tằng Tôn Nữ Nguyễn Hoàng Phương Thảo Quỳnh Như Ngọc Anh',
  idNumber: '000397097379',
  dateOfBirth: '1997-03-09',
  sex: 'female',
  residence: 'Số 12 Lạch Tray, Đằng Giang, Ngô Quyền, Hải Phòng',
} as const;

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
    const others = [
      { ...order, seed: '2' },
      { ...order, slot: 'idBack' as const },
      { ...order, paper: 'cmnd' as const },
      { ...order, paper: 'passport' as const },
      { ...order, persona: { ...PERSONA, fullName: 'Lê Thị Thảo' } },
      { ...order, persona: { ...PERSONA, residence: 'Số 1' } },
      { ...order, defect: 'tiny' as const },
      { ...order, longSide: 800 },
    ];
    for (const other of others) expect((await lab.photo(other)).equals(first)).toBe(false);
    expect((await lab.photo(order)).equals(first)).toBe(true);
    expect((await drawPhoto(order, drawCode)).equals(first)).toBe(true);
    const spoilt = { ...order, defect: 'glare', grade: 2 } as const;
    expect((await drawPhoto(spoilt, drawCode)).equals(await lab.photo(spoilt))).toBe(true);
    expect((await lab.photo(spoilt)).equals(await lab.photo({ ...spoilt, grade: 3 }))).toBe(false);
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

describe('a paper', () => {
  test.each([
    ['000397097379', 'cccd'],
    ['080999121', 'cmnd'],
    ['XA1234567', 'passport'],
    ['B1234567', 'passport'],
  ])('with the number %s is a %s', (idNumber, paper) => {
    expect(subjectOf({ slot: 'idFront', seed: '1', persona: { ...PERSONA, idNumber } })).toMatchObject({ paper, holder: { idNumber } });
  });

  test.each(PAPERS)('of another kind than the person’s number, a %s, has a number that can be nobody’s, always the same', (paper) => {
    const idNumber = paper === 'cccd' ? '080999121' : '031165000123';
    const order = { slot: 'idFront', seed: '1', paper, persona: { ...PERSONA, idNumber } } as const;
    const { holder } = subjectOf(order);
    expect(holder.idNumber).toMatch({ cccd: /^000\d{9}$/, cmnd: /^000\d{6}$/, passport: /^ZZ\d{6}$/ }[paper]);
    expect(subjectOf({ ...order, seed: '2' }).holder).toEqual(holder);
  });

  test.each(['1', '2'])(
    'that is a chip card has a code that can be read off the photo (seed %s), and no other paper has one',
    async (seed) => {
      const order = { slot: 'idFront', seed, persona: PERSONA } as const;
      const read = async (changes: object) => reader.read({ format: 'jpeg', read: () => lab.photo({ ...order, ...changes }) });
      const [text] = (await read({})) as [string];
      expect(text).toBe(subjectOf(order).code);
      expect(citizenCardOf(text)).toMatchObject(PERSONA);
      expect([await read({ slot: 'idBack' }), await read({ paper: 'cmnd' }), await read({ paper: 'passport' })]).toEqual([[], [], []]);
    },
  );
});

describe('the ground truth', () => {
  test('has twelve defects in three grades each', () => {
    expect([PHOTO_DEFECTS.length, GRADES.length]).toEqual([12, 3]);
  });

  // Of each defect one grade here, another one of the other slot; all of them, the backs and the other papers by `npm run test:photos`.
  const cases = (['portrait', 'idFront'] as const).flatMap((slot, turn) => [
    { slot, defect: undefined, grade: 3 as const },
    ...PHOTO_DEFECTS.map((defect, place) => ({ slot, defect, grade: GRADES[(place + turn) % GRADES.length]! })),
  ]);
  test.each(cases)('of $slot, $defect, grade $grade, is what the gate says', async ({ slot, defect, grade }) => {
    const result = await gate.examine(await lab.photo({ slot, seed: 'truth', defect, grade, persona: PERSONA }), 'jpeg', slot);
    const said = result.ok
      ? { expected: result.advice.length === 0 ? 'accepted' : 'advice', codes: result.advice.map(({ code }) => code) }
      : { expected: 'refused', codes: [result.code] };
    expect(said).toEqual(expectedOf(slot, defect, grade));
  });
});
