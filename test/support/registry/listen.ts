import type { Server } from 'node:http'
import { listen as listenOn, type Listening as OnHost } from '../../../lib/testing/listen.ts'

export interface Listening extends OnHost {
  readonly url: string
}

/** Listens on a free port of 127.0.0.1; closing ends every connection. */
export async function listen(server: Server): Promise<Listening> {
  const { host, close } = await listenOn(server)
  return { host, close, url: `http://${host}` }
}
