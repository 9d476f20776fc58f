/** The three photos of a declaration: ảnh cá nhân, mặt trước, mặt sau [S]. */
export const PHOTO_SLOTS = ['portrait', 'idFront', 'idBack'] as const;

export type PhotoSlot = (typeof PHOTO_SLOTS)[number];
