/** Words that YAML 1.1, which Helm reads, does not take for text. */
const words = new Set(['', 'null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n'])

/** Text as a YAML value on one line: plain where it can be, in double quotes otherwise. */
export function scalar(text: string): string {
  const plain = /^[a-z/][\w ./@-]*(?<! )$/i.test(text) && !words.has(text.toLowerCase())
  return plain || /^https?:\/\/[\w./@-]+$/.test(text) ? text : JSON.stringify(text)
}
