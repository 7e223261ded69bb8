/** What images are made for; every base has all of them. */
export const imagePlatforms: readonly string[] = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/386', 'linux/ppc64le', 'linux/s390x']

/** `linux-arm-v7`, as tags and folders have it. */
export function dashed(platform: string): string {
  return platform.replaceAll('/', '-')
}
