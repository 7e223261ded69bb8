/** The folders of a go.work's modules, as they stand there: `./api`. Source: https://go.dev/ref/mod#go-work-file */
export function goWork(text: string): readonly string[] {
  const plain = text.replaceAll(/\/\/.*$/gm, '')
  const blocks = [...plain.matchAll(/^[ \t]*use[ \t]*\(([^)]*)\)/gm)].flatMap(([, lines = '']) => lines.split('\n'))
  const single = [...plain.matchAll(/^[ \t]*use[ \t]+([^\s(].*)$/gm)].map(([, folder = '']) => folder)
  return [...blocks, ...single].map(folder => folder.trim().replaceAll(/^["`]|["`]$/g, '')).filter(folder => folder !== '')
}
