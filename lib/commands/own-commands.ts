export type CommandName = 'list' | 'goals' | 'plan' | 'check' | 'publish' | 'status' | 'promote' | 'retract' | 'cut' | 'changelog' | 'lock' | 'clean' | 'doctor'

/** Slipway's own commands, whose names no goal can have. */
export const ownCommands: Readonly<Record<Exclude<CommandName, 'list' | 'goals'>, string>> = {
  plan: 'show what would be made, and what is in the cache already',
  check: 'find every problem that can be known before compiling',
  changelog: 'show what is new in a version, and with --write put it into CHANGELOG.md',
  cut: 'tag this commit as a version, once nothing speaks against it',
  publish: 'publish the dist/ that an earlier run made, here or on another machine',
  status: 'show what each destination has of a version',
  promote: 'release a candidate as the stable version, with proof that nothing else differs',
  retract: 'take a version back from where it was published, as far as that goes',
  lock: 'pin the bases of images in slipway.lock, and with --update what their tags mean now',
  clean: 'remove what releases wrote, and with --cache the cache',
  doctor: 'show the tools that were found, cores, memory and cache',
}
