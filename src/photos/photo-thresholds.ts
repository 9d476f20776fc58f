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
 * When a photo is refused for what it shows, and when it is only commented on. Measured on a grey copy (photo-measures.ts). The
 * values come from some fifty different pictures of real cameras, phones and scanners (0.1 to 48 megapixels, night scenes,
 * portraits, ink on white paper), as they are and blurred by hand, and keep a wide distance from all of them: none is refused.
 * A doubtful photo goes to the clerk, who has eyes; a refusal is for what no eye could use.
 */
export const PHOTO_THRESHOLDS = {
  /** Contrast below: `blank`. A covered lens or an empty sheet stays under 1; a few lines of ink on white make 14 [D]. */
  blankContrast: 2,
  /** Highlights below: `dark`. A concert by night has 250, the dimmest usable photo 166; below 50 a face is noise whatever one does [D]. */
  darkHighlights: 50,
  /** Sharpness below: `blurred`. The softest usable photo has 124; blurred by six thousandths of their width the same photos have 3 to 12 [D]. */
  blurredSharpness: 12,
  /** Sharpness below: advice `rather-blurred`. Half of the softest usable photo [D]. */
  softSharpness: 60,
  /** Highlights below: advice `rather-dark`. Half-way between a refusal and the dimmest usable photo [D]. */
  dimHighlights: 90,
  /** Longest side of the sent photo below: advice `low-resolution`. Under 800 pixels the small print of a card is guesswork [D]. */
  coarseSide: 800,
} as const;
