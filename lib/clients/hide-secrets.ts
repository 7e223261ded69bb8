const secret = /TOKEN|SECRET|PASSW|CREDENTIAL|APIKEY|WEBHOOK|(^|_)KEY$/i

/** A text without the values of variables whose names say that nobody should see them: `$GITHUB_TOKEN` stands in their place. */
export function hideSecrets(text: string, environment: Readonly<Record<string, string>>): string {
  const hidden = Object.entries(environment).filter(([name, value]) => secret.test(name) && value.length >= 6)
  const longestFirst = hidden.sort(([, one], [, other]) => other.length - one.length)
  return longestFirst.reduce((shown, [name, value]) => shown.replaceAll(value, () => `$${name}`), text)
}
