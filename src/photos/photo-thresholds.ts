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
 * When a photo is refused for what it shows, and when it is only commented on. The measures are explained in photo-measures.ts.
 *
 * The values come from pictures of real cameras, phones, scanners and screens, as they are and spoilt by hand (blurred, smeared,
 * overexposed), and keep a wide distance from all of them: none is refused. The first ones from some fifty pictures (0.1 to
 * 48 megapixels, night scenes, portraits, ink on white paper), those on light, smear and screens from a hundred and thirty more.
 * A doubtful photo goes to the clerk, who has eyes; a refusal is for what no eye could use.
 */
export const PHOTO_THRESHOLDS = {
  /** Contrast below: `blank`. A covered lens or an empty sheet stays under 1; a few lines of ink on white make 14 [D]. */
  blankContrast: 2,
  /** Contrast below: advice `low-contrast`. Photos of a grey day have 20, ink on white paper 12 and more; faint pencil has 9, and is pale [D]. */
  hazyContrast: 10,
  /** Highlights below: `dark`. A concert by night has 250, the dimmest usable photo 166; below 50 a face is noise whatever one does [D]. */
  darkHighlights: 50,
  /** Highlights below: advice `rather-dark`. Half-way between a refusal and the dimmest usable photo [D]. */
  dimHighlights: 90,
  /** Sharpness below: `blurred`. The softest usable photo has 62; blurred by six thousandths of their width the same photos have 3 to 12 [D]. */
  blurredSharpness: 12,
  /** Sharpness below: advice `rather-blurred`. The softest usable photo has as much [D]. */
  softSharpness: 60,
  /** Steadiness below: `blurred`. The least steady usable photo has 41; smeared by two hundredths of their width half of all have less [D]. */
  smearedSteadiness: 12,
  /** Steadiness below: advice `rather-blurred`. Smeared by a hundredth, a third of all photos have less; none has as it is [D]. */
  shakySteadiness: 30,
  /** Glare from here on, in percent: `glare` on a paper. A room with its window in it has 6; on a card that fills half the photo it is a quarter of the print [D]. */
  coveringGlare: 12,
  /** Glare from here on, in percent: advice `glare`. White shirts, ceiling lamps and shining leaves stay at 1 [D]. */
  someGlare: 2,
  /** Blown and lost colour together from here on, in percent, and … [D] */
  burntArea: 30,
  /** … lost colour from here on: advice `rather-bright`. Scans are blown by two thirds and have lost none; other photos stay under 16 in all [D]. */
  burntColour: 5,
  /** Blown middle of a portrait from here on, in percent: advice `rather-bright`. However white the wall, a face has 10 at most [D]. */
  burntFace: 35,
  /** Longest side of the sent photo below: advice `low-resolution`. Under 800 pixels the small print of a card is guesswork [D]. */
  coarseSide: 800,
  /** Flat lines from here on, in percent, and … [D] */
  screenFlatLines: 10,
  /** … long side to short side in this range: advice `screenshot-like`. Screens of apps have 37 to 70 of them; photos have 2, scans up to 20 but the shape of paper [D]. */
  screenAspect: { least: 1.7, most: 2.4 },
  /** Height to width, or width to height, from here on is the other way round than the slot asks: a hand cut it a little off square does not count [D]. */
  turnedAspect: 1.2,
  /** Long side to short side from here on: advice `narrow`. Screens end at 2.2, and so do photos made to fill them [D]. */
  narrowAspect: 2.5,
} as const;
