/** Text as a YAML value on one line: between single quotes wherever it might be taken for anything else. YAML 1.2, 7.3.2. */
export function scalar(text: string): string {
  return /^(?!(?:true|false|null|yes|no|on|off)$)[A-Za-z][\w./-]*$/i.test(text) ? text : `'${text.replaceAll('\'', '\'\'')}'`
}
