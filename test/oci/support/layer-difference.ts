import fc from 'fast-check'

/** A tree as a value: a file by its text, a link as `-> target`, a directory. */
export type Node = string | { readonly [name: string]: Node }

const nodes = fc.letrec<{ node: Node, folder: { [name: string]: Node } }>(tie => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constantFrom('one', 'two', '-> a'), tie('folder')),
  folder: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('node'), { maxKeys: 3, noNullPrototype: true }),
}))

/** Any directory of few names. */
export const arbitraryFolder = nodes.folder

/** What a layer has to say for a tree to become another. */
export function difference(from: Node | undefined, to: Node, { path = '', opaque }: { readonly path?: string, readonly opaque: boolean }): readonly string[] {
  if (typeof to === 'string') return from === to ? [] : [to.startsWith('->') ? `${path} ${to}` : `${path}: ${to}`]
  const [before, prefix] = [typeof from === 'object' ? from : {}, path === '' ? '' : `${path}/`]
  const base = opaque ? {} : before
  return [
    ...path === '' ? [] : [prefix],
    ...opaque ? [`${prefix}.wh..wh..opq`] : Object.keys(before).filter(name => !Object.hasOwn(to, name)).map(name => `${prefix}.wh.${name}`),
    ...Object.entries(to).flatMap(([name, node]) => difference(base[name], node, { path: prefix + name, opaque })),
  ]
}

/** What is in a tree: `a/` a directory, `a` a file, `a -> b` a link. */
export function flat(node: Node, path = ''): readonly string[] {
  if (typeof node === 'string') return [node.startsWith('->') ? `${path} ${node}` : path]
  return [...path === '' ? [] : [`${path}/`], ...Object.entries(node).flatMap(([name, below]) => flat(below, path === '' ? name : `${path}/${name}`))]
}
