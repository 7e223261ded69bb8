/** Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const label = /^[a-z\d]([-a-z\d]*[a-z\d])?$/
const subdomain = /^[a-z\d]([-a-z\d]*[a-z\d])?(\.[a-z\d]([-a-z\d]*[a-z\d])?)*$/

/** RBAC takes any path segment, and signing requests are not judged at all. */
const loose = /^(Role|ClusterRole|RoleBinding|ClusterRoleBinding|CertificateSigningRequest)$/

/** Kinds whose names become part of other names, or of DNS: the most characters that theirs may have. */
const shorter: Readonly<Record<string, number>> = { CronJob: 52, Job: 63, Namespace: 63, Service: 63 }

/** Why an object of this kind cannot be called so; undefined where it can. */
export function objectNameProblem(kind: string, name: string): string | undefined {
  if (name === '') return 'is empty'
  if (loose.test(kind)) return /^(\.{1,2}|.*[/%].*)$/.test(name) ? 'has a / or % in it' : undefined
  const most = shorter[kind] ?? 253
  if (name.length > most) return `has ${name.length} characters, more than ${most}`
  if (kind === 'Service') return /^[a-z]/.test(name) && label.test(name) ? undefined : 'is not a-z, 0-9 and - with a letter before and a letter or digit behind'
  if (kind === 'Namespace') return label.test(name) ? undefined : 'is not a-z, 0-9 and - between letters or digits'
  return subdomain.test(name) ? undefined : 'is not a-z, 0-9, - and . between letters or digits'
}

/** Why a text cannot be a label's value: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export function labelValueProblem(value: string): string | undefined {
  if (value.length > 63) return `has ${value.length} characters, more than 63`
  return /^([a-z\d]([\w.-]*[a-z\d])?)?$/i.test(value) ? undefined : 'is not letters, digits, -, _ and . between letters or digits'
}
