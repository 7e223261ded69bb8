/** Bytes that one layer may have without its compression: more than any image has, and less than fills a disk unnoticed. */
export const layerLimit = 64 * 2 ** 30
