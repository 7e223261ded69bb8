/** The files that an assembler or C file includes by a quoted name, as they are written. */
export function asmIncludes(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]+"([^"\n]+)"/gm)].map(([, name = '']) => name)
}
