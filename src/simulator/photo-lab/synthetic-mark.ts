/**
 * The IPTC's own words, for machines, for a picture that was made by an algorithm, with or without examples
 * (https://cv.iptc.org/newscodes/digitalsourcetype/).
 */
const SOURCE_TYPES = 'http://cv.iptc.org/newscodes/digitalsourcetype/';
const MADE_BY_ALGORITHM = ['algorithmicMedia', 'trainedAlgorithmicMedia'].map((type) => `${SOURCE_TYPES}${type}`);

/** What every photo of the lab carries: no program that shows photos shows it, every one that reads XMP tells of it. */
export const SYNTHETIC_XMP = `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType="${MADE_BY_ALGORITHM[0]}"/></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`;

/**
 * Whether a file says of itself that it is synthetic. Against mistakes, not against deceit: the words are looked for, wherever they stand
 * in the file, and nothing of it is decoded.
 */
export function saysItIsSynthetic(file: Buffer): boolean {
  return MADE_BY_ALGORITHM.some((type) => file.includes(type));
}
