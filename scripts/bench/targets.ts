/**
 * What the contestants compile: the matrix of an everyday release, the platforms that most people download first, so
 * that any number of them from the front is a fair part of the whole.
 */
export const targets: readonly string[] = [
  'linux/arm64', 'windows/amd64', 'darwin/arm64', 'linux/amd64', 'darwin/amd64', 'linux/386', 'freebsd/amd64',
  'windows/386', 'linux/ppc64le', 'linux/s390x', 'linux/riscv64', 'freebsd/arm64', 'freebsd/386', 'openbsd/amd64',
  'openbsd/arm64', 'openbsd/386', 'openbsd/riscv64',
]
