/** So that a release's name and a suffix fit beside it into the 63 characters of a label. */
const longest = 50

/**
 * A chart's name made of any other: `my_App.v2` becomes `my-app-v2`. It fits where Kubernetes wants a DNS label (RFC 1123): lower-case
 * letters, digits and single dashes, a letter first because services ask for one.
 */
export function chartName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z\d]+/g, '-').replace(/^-+/, '')
  const lettered = /^[a-z]/.test(plain) ? plain : `app-${plain}`
  return lettered.slice(0, longest).replace(/-+$/, '')
}
