/** When the ghost acts; `my` is whoever calls a route of that dossier under `/v1`. */
export const GHOST_MOMENTS = ['now', 'after-my-next-read', 'before-my-next-write'] as const;
export type GhostMoment = (typeof GHOST_MOMENTS)[number];

/** One thing a ghost tries. What the rules refuse a ghost is refused as everybody is refused, and is told. */
export type GhostAct =
  'lease' | 'lease-in-another-window' | 'approve' | 'return-photo' | 'reject' | 'transfer' | 'withdraw' | 'let-two-requests-pass';

interface GhostScript {
  readonly shows: { readonly vi: string; readonly en: string };
  readonly acts: readonly GhostAct[];
}

/** What the second actor does. */
export const GHOST_SCRIPTS = {
  'takes-the-lease': {
    shows: { vi: 'Cán bộ khác nhận xử lý trước', en: 'Another officer takes the lease first' },
    acts: ['lease'],
  },
  'approves-first': { shows: { vi: 'Cán bộ khác duyệt trước', en: 'Another officer approves first' }, acts: ['lease', 'approve'] },
  'returns-first': { shows: { vi: 'Cán bộ khác trả lại trước', en: 'Another officer returns it first' }, acts: ['lease', 'return-photo'] },
  'rejects-first': { shows: { vi: 'Cán bộ khác từ chối trước', en: 'Another officer rejects it first' }, acts: ['lease', 'reject'] },
  'transfers-away': {
    shows: { vi: 'Cán bộ khác chuyển đi nơi khác', en: 'Another officer sends it to another office' },
    acts: ['transfer'],
  },
  'loses-the-lease': {
    shows: {
      vi: 'Người đang giữ nhận lại ở cửa sổ khác: mã cũ mất hiệu lực',
      en: 'The holder takes it again in another window: the first token is dead',
    },
    acts: ['lease-in-another-window'],
  },
  'withdraws-first': { shows: { vi: 'Công dân rút tờ khai trước', en: 'The citizen withdraws first' }, acts: ['withdraw'] },
  'answers-late': {
    shows: {
      vi: 'Cán bộ khác giữ hồ sơ, hai yêu cầu sau mới duyệt',
      en: 'Another officer holds it, and approves two of my requests later',
    },
    acts: ['lease', 'let-two-requests-pass', 'approve'],
  },
} as const satisfies Record<string, GhostScript>;

export type GhostScriptName = keyof typeof GHOST_SCRIPTS;
export const GHOST_SCRIPT_NAMES = Object.keys(GHOST_SCRIPTS) as GhostScriptName[];
