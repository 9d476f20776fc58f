import { SetMetadata } from '@nestjs/common';

/**
 * Who may call a route. Every route names exactly one; a route that names none answers nobody and fails the suite.
 * `public` anyone · `draft` the bearer of a draft's token · `upload` the bearer of the token of the draft that an upload is for · `tracking` the bearer of a tracking code · `citizen` a logged-in
 * account · `staff` a logged-in officer with the right named beside it · `desk` the simulator's door.
 */
export type Access =
  | { readonly who: 'public' }
  | { readonly who: 'draft' }
  | { readonly who: 'upload' }
  | { readonly who: 'tracking' }
  | { readonly who: 'desk' }
  | { readonly who: 'citizen'; readonly beforePasswordChange: boolean }
  | { readonly who: 'staff'; readonly right: string };

export const ACCESS = Symbol('access');

export const Public = () => SetMetadata(ACCESS, { who: 'public' } satisfies Access);
export const WithDraftToken = () => SetMetadata(ACCESS, { who: 'draft' } satisfies Access);
export const WithDraftTokenOfUpload = () => SetMetadata(ACCESS, { who: 'upload' } satisfies Access);
export const WithTrackingCode = () => SetMetadata(ACCESS, { who: 'tracking' } satisfies Access);
export const CitizenOnly = (options: { beforePasswordChange?: boolean } = {}) =>
  SetMetadata(ACCESS, { who: 'citizen', beforePasswordChange: options.beforePasswordChange ?? false } satisfies Access);
export const DeskOnly = () => SetMetadata(ACCESS, { who: 'desk' } satisfies Access);
