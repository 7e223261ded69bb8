import type { Announce } from '../../lib/graph/shipment.ts'
import type { Webhook } from '../announce.ts'

/** Tells webhooks of what is public. */
export function announcer(webhooks: readonly Webhook[]): Announce {
  return async (done, signal) => {
    const [{ announce }, { announcementOf }, { createHttp }] = await Promise.all([import('../announce.ts'), import('../announce/announcement-of.ts'), import('../../lib/clients/http.ts')])
    const news = announcementOf(done)
    return news ? announce(webhooks, news, { http: createHttp({ environment: process.env, signal }), signal }) : []
  }
}
