/** What GitHub makes of an asset's name: letters, digits, `-`, `_`, `+`, `@` and single inner dots stay. */
export function renameAsset(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '')
  const led = plain.startsWith('.') ? `default${plain}` : plain
  const dotted = led.replaceAll(/[^A-Za-z0-9_+@-]+/g, '.').replaceAll(/^\.+|\.+$/g, '')
  return dotted !== name && !dotted.includes('.') ? `default.${dotted}` : dotted
}
