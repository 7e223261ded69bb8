/** What programs need to run at all, and to reach the network the way this machine does. */
const everywhere = [
  'PATH', 'HOME', 'TMPDIR', 'XDG_CONFIG_HOME',
  'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'all_proxy', 'no_proxy',
  'SSL_CERT_FILE', 'SSL_CERT_DIR',
]

const windows = [
  'SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'HOMEDRIVE', 'HOMEPATH',
  'APPDATA', 'LOCALAPPDATA', 'ProgramData', 'ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432',
  'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE', 'OS',
]

/**
 * The environment that every program of a release gets: the few variables of the caller's without which programs do
 * not run, one language, one time zone, nothing else, so that nobody's shell profile changes what is made.
 */
export function fixedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  platform: string = process.platform,
): Readonly<Record<string, string>> {
  const named = platform === 'win32' ? namedInAnyCase([...everywhere, ...windows]) : namedExactly(everywhere)
  const kept = Object.entries(environment).filter((entry): entry is [string, string] =>
    entry[1] !== undefined && named(entry[0]))
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' }
}

function namedExactly(names: readonly string[]): (name: string) => boolean {
  const known = new Set(names)
  return name => known.has(name)
}

/** Windows writes `Path` or `PATH`, as it likes. */
function namedInAnyCase(names: readonly string[]): (name: string) => boolean {
  const known = new Set(names.map(name => name.toUpperCase()))
  return name => known.has(name.toUpperCase())
}
