type Member = readonly [name: string, bytes: string | Uint8Array, type?: '0' | '2' | '5']

/** A ustar archive with members as nobody here would write them: POSIX.1-2017, "ustar Interchange Format". */
export function tarOf(members: readonly Member[]): Buffer {
  return Buffer.concat([...members.flatMap(([name, content, type = '0']) => {
    const bytes = Buffer.from(content)
    return [headerOf(name, bytes.length, type), bytes, Buffer.alloc(-bytes.length & 511)]
  }), Buffer.alloc(1024)])
}

function headerOf(name: string, size: number, type: string): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write('0000644\0', 100)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write(' '.repeat(8), 148)
  header.write(type, 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
