/** Files that say who and what an image is, whose texts are read with its tree; the third is mostly a link to the last. */
export const accountFiles: readonly string[] = ['etc/passwd', 'etc/group', 'etc/os-release', 'usr/lib/os-release']
