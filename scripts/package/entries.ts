import type { BundleOptions } from './bundle.ts'

/** What is published of the library's own modules. */
export const published: Omit<BundleOptions, 'folder'> = { entries: ['lib/index.ts', 'lib/cli.ts', 'lib/testing/index.ts'], apart: 'lib/testing' }
