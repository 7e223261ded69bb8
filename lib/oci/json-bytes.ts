/** Names in the order of the examples of the OCI image specification 1.1; what else there is follows them, sorted. */
const order = [
  'schemaVersion', 'mediaType', 'artifactType', 'digest', 'size', 'urls', 'data', 'platform',
  'created', 'created_by', 'author', 'comment', 'empty_layer', 'architecture', 'os', 'os.version', 'os.features', 'variant',
  'config', 'manifests', 'layers', 'subject', 'type', 'diff_ids', 'rootfs', 'history', 'annotations',
  'User', 'ExposedPorts', 'Env', 'Entrypoint', 'Cmd', 'Volumes', 'WorkingDir', 'Labels', 'StopSignal', 'Healthcheck', 'Shell',
]
const ranks: ReadonlyMap<string, number> = new Map(order.map((name, index) => [name, index]))

/** Objects whose names are anybody's. */
const maps: ReadonlySet<string> = new Set(['annotations', 'Labels', 'ExposedPorts', 'Volumes'])

/**
 * The bytes of a manifest, an index or an image configuration: JSON without white space, the names of every object in one
 * order whatever order they were set in, undefined left out.
 */
export function jsonBytes(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(ordered(value, false)))
}

function ordered(value: unknown, map: boolean): unknown {
  if (Array.isArray(value)) return value.map(item => ordered(item, false))
  if (typeof value !== 'object' || value === null) return value
  const rank = (name: string): number => map ? 0 : ranks.get(name) ?? order.length
  const fields = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([name, item]) => [name, ordered(item, maps.has(name))]))
}
