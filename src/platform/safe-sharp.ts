import sharp from 'sharp';

/**
 * sharp with every door shut but two: it decodes JPEG and PNG out of memory and nothing else (no SVG, PDF, GIF, HEIC, no
 * file, no URL). The block holds for the whole process, so everyone takes sharp from here.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });

// No photo outlives its request in a cache, and each takes one of libuv's four threads, not all of them.
sharp.cache(false);
sharp.concurrency(1);

export { sharp };
