import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Listening {
  /** Host and port: `127.0.0.1:40123`. */
  readonly host: string
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1; closing ends every connection. */
export async function listen(server: Server): Promise<Listening> {
  // A server forgets connections that became tunnels.
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.once('close', () => { sockets.delete(socket) })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise<void>(resolve => {
      server.close(() => { resolve() })
      for (const socket of sockets) socket.destroy()
    }),
  }
}
