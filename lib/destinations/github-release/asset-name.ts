/** Whether GitHub keeps a name as it is: elsewhere it puts dots in the place of what it does not like. */
export function isKept(name: string): boolean {
  return /^[A-Za-z0-9_+@-]+(?:\.[A-Za-z0-9_+@-]+)*$/.test(name)
}
