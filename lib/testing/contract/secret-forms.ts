/**
 * The forms in which a secret gives itself away: as it is, as an address and as JSON have it, in hexadecimal, and in base64 wherever
 * it stands in what was encoded: `user:secret` has other letters than `secret`.
 */
export function secretForms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const encoded = [0, 1, 2].flatMap(before => {
    // What shares a letter with its neighbours is left out.
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replace(/=+$/, '')
    const inside = text.slice(Math.ceil(before * 8 / 6), Math.floor((before + bytes.length) * 8 / 6))
    return [inside, inside.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const plain = [secret, encodeURIComponent(secret), new URLSearchParams({ secret }).toString().slice('secret='.length), JSON.stringify(secret).slice(1, -1), bytes.toString('hex')]
  return [...new Set([...plain, ...encoded])].filter(form => form === secret || form.length >= 6)
}

/** Which of the secrets a text gives away. */
export function secretsIn(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.filter(secret => secretForms(secret).some(form => text.includes(form)))
}
