/** Labels that say what the base itself is: OCI's, their forerunners, and what Red Hat's images carry. In lower case. */
const names: ReadonlySet<string> = new Set([
  'name', 'version', 'release', 'summary', 'description', 'maintainer', 'vendor', 'url', 'architecture', 'license', 'licenses', 'cpe',
  'build-date', 'build_host', 'bzcomponent', 'distribution-scope', 'authoritative-source-url', 'changelog-url',
  'help', 'usage', 'run', 'stop', 'install', 'uninstall',
])
const prefixes = ['org.opencontainers.image.', 'org.label-schema.', 'io.k8s.', 'io.openshift.', 'io.buildah.', 'io.artifacthub.', 'com.redhat.', 'vcs-']

/** The labels of a base that still hold for an image built on it. */
export function inheritedLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([label]) => {
    const name = label.toLowerCase()
    return !names.has(name) && !prefixes.some(prefix => name.startsWith(prefix))
  }))
}
