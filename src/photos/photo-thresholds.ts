/** What a photo must be before anyone looks at its content. Pixels. */
export const PHOTO_LIMITS = {
  /** 50 megapixels [S: the service's contract]. Counted from the header, before anything is decoded. */
  mostPixels: 50_000_000,
  /** 300×200 either way round: whoever holds the phone upright sends 240×320, which shows as much as 320×240 [D]. */
  leastLongSide: 300,
  leastShortSide: 200,
  /** Long side to short side; the longest paper that is asked for is 1.6 to 1, panoramas begin at 3 to 1 [D]. */
  mostAspect: 4,
  /** Longest side of what is stored. A card that fills the picture then has 23 dots per millimetre, more than a 300 dpi scan [D]. */
  storedSide: 2000,
  /** JPEG quality of what is stored: small print stays clean, a photo stays below about 1 MB [D]. */
  storedQuality: 85,
  thumbnailSide: 320,
} as const;

/**
 * When a photo is refused for what it shows, and when it is only commented on. All values are measured on a grey copy (see
 * photo-measures.ts) and set far from real photos: about 120 pictures of real cameras, flat scans and studio portraits among
 * them, none of which is refused. A doubtful photo goes to the clerk, who has eyes; a refusal is for what no eye could use.
 */
export const PHOTO_THRESHOLDS = {
  /** Contrast below: `blank`. A covered lens or an empty sheet has under 1; the palest real scan (a few lines of ink on white) has 14 [D]. */
  blankContrast: { value: 2 },
  /** Highlights below: `dark`. The brightest fiftieth of a night street is still above 190; below 50 the face is noise whatever one does [D]. */
  darkHighlights: { value: 50 },
  /** Sharpness below: `blurred`. Soft but usable phone photos have 120 and more; the same photos blurred until a name cannot be read, 3 to 12 [D]. */
  blurredSharpness: { value: 12 },
  /** Sharpness below: advice `rather-blurred`. Half of the least sharp usable photo seen [D]. */
  softSharpness: { value: 60 },
  /** Highlights below: advice `rather-dark`. Paper in a room with the light on is above 110 [D]. */
  dimHighlights: { value: 90 },
  /** Longest side of the sent photo below: advice `low-resolution`. Under 800 pixels the small print of a card is guesswork [D]. */
  coarseSide: { value: 800 },
} as const;
