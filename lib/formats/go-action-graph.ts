/** What a build did or took from Go's cache, by the names that Go's cache knows it by. */
export interface GoAction {
  /** `build`, `link` and the like. */
  readonly mode: string
  /** Import path. */
  readonly package: string
  /** The first 15 bytes of the action's id, as hexadecimal digits. */
  readonly id: string
}

/**
 * Reads what `go build -debug-actiongraph` writes: `actionJSON` in Go's cmd/go/internal/work/action.go. Nobody promises that it
 * stays so: what it cannot be told from is nothing.
 */
export function goActions(text: string): readonly GoAction[] {
  try {
    const listed = JSON.parse(text) as readonly { readonly Mode?: unknown; readonly Package?: unknown; readonly ActionID?: unknown }[]
    return listed.flatMap(({ Mode, Package = '', ActionID }) => {
      // buildid.HashToString: 120 bits in the URL's base64.
      if (typeof Mode !== 'string' || typeof Package !== 'string' || typeof ActionID !== 'string' || !/^[\w-]{20}$/.test(ActionID)) return []
      return [{ mode: Mode, package: Package, id: Buffer.from(ActionID, 'base64url').toString('hex') }]
    })
  } catch {
    return []
  }
}

/** What the next build of the same program takes from the cache again when its main package is another: all but that package and the link. */
export function dependenciesIn(actions: readonly GoAction[]): readonly GoAction[] {
  const mains = new Set(actions.filter(({ mode }) => mode === 'link').map(one => one.package))
  return actions.filter(one => !one.mode.startsWith('link') && !mains.has(one.package))
}
