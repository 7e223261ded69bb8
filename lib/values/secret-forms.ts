/**
 * The forms in which a secret gives itself away: as it is, its lines where it has several, as an address, JSON and XML have it, in
 * hexadecimal, and in base64 wherever it stands in what was encoded: `user:secret` has other letters than `secret`.
 */
export function secretForms(secret: string): readonly string[] {
  const lines = secret.split(/[\r\n]+/).map(line => line.trim()).filter(line => line.length >= 16)
  const texts = [secret, ...lines.length > 1 || secret.includes('\n') ? [secret.trim().replaceAll(/\s+/g, ' '), ...lines] : []]
  return [...new Set(texts.flatMap(formsOf))].filter(form => form === secret || form.length >= 6).sort((a, b) => b.length - a.length)
}

function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text)
  const encoded = [0, 1, 2].flatMap(before => {
    // What shares a letter with its neighbours is left out.
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replace(/=+$/, '')
    const inside = whole.slice(Math.ceil(before * 8 / 6), Math.floor((before + bytes.length) * 8 / 6))
    return [inside, inside.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const addresses = [encodeURIComponent(bytes.toString()), new URLSearchParams({ text }).toString().slice('text='.length)]
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&apos;' }
  const [hex, xml] = [bytes.toString('hex'), text.replaceAll(/[&<>"']/g, character => entities[character] ?? character)]
  return [
    text, ...addresses, ...addresses.map(address => address.replaceAll(/%[\dA-F]{2}/g, escaped => escaped.toLowerCase())), JSON.stringify(text).slice(1, -1), xml,
    hex, hex.toUpperCase(), bytes.toString('base64'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), ...encoded,
  ]
}

/** Which of the secrets a text gives away. */
export function secretsIn(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.filter(secret => secretForms(secret).some(form => text.includes(form)))
}

/** Takes secrets out of what others say, however it is written there; ask before a text is shortened, or a part of one would stay. */
export function secretHider(secrets: readonly (string | undefined)[], mark: string = '***'): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(secret => secret ? secretForms(secret) : []))].sort((a, b) => b.length - a.length)
  return text => forms.reduce((shown, form) => shown.replaceAll(form, () => mark), text)
}
