/** A Go template as what it does with values: text is left out. */
export type TemplateNode =
  | { readonly kind: 'output', readonly line: number, readonly pipeline: Pipeline }
  | { readonly kind: 'if' | 'with' | 'range', readonly line: number, readonly pipeline: Pipeline, readonly body: TemplateBody, readonly otherwise: TemplateBody }
  | { readonly kind: 'template', readonly line: number, readonly name: string, readonly pipeline: Pipeline | undefined }
  | { readonly kind: 'define', readonly line: number, readonly name: string, readonly body: TemplateBody }

export type TemplateBody = readonly TemplateNode[]

/** `$a := .b | default "c"` */
export interface Pipeline {
  readonly line: number
  /** The variables before `:=` or `=`. */
  readonly variables: readonly string[]
  /** Whether the variables are new. */
  readonly declares: boolean
  readonly commands: readonly (readonly Operand[])[]
}

export type Operand =
  /** `.a.b`, `$x.a`, `.` and `$`: what the names are looked up in, and the names. */
  | { readonly kind: 'path', readonly from: string, readonly names: readonly string[] }
  | { readonly kind: 'call', readonly name: string, readonly names: readonly string[] }
  | { readonly kind: 'text', readonly text: string }
  | { readonly kind: 'literal' }
  | { readonly kind: 'group', readonly pipeline: Pipeline, readonly names: readonly string[] }
