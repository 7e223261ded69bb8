/**
 * What keeps git from this machine's configuration, hooks and attributes, from questions, and from tidying up: what it does is the
 * same for every user. Git knows GIT_CONFIG_GLOBAL from 2.32 on; the settings hold for those before it, too.
 * Source: https://git-scm.com/docs/git, "Environment Variables".
 */
export const isolatedEnvironment: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C',
}

export const isolatedSettings: readonly string[] = [
  'core.hooksPath=/dev/null', 'core.attributesFile=/dev/null', 'core.quotePath=false', 'core.fsmonitor=false', 'core.untrackedCache=false',
  'gc.auto=0', 'maintenance.auto=false', 'color.ui=false', 'log.showSignature=false', 'commit.gpgSign=false', 'push.gpgSign=false',
].flatMap(setting => ['-c', setting])
