/** Plain data: what can be printed, hashed, cached and sent to another machine. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }
