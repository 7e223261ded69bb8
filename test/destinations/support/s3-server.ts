import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { listening } from '../../support/listening.ts'
import { toolsFolder } from '../../support/tools-folder.ts'

export interface S3Server {
  /** `http://127.0.0.1:49152` */
  readonly endpoint: string
  /** The keys of all that is visible in a bucket. */
  keys(bucket: string): Promise<readonly string[]>
  /** How many uploads wait in a bucket. */
  pending(bucket: string): Promise<number>
  close(): Promise<void>
}

/** Objects are their owner's alone there: this says who asks, and moto takes anybody's word. */
export const asOwner = { authorization: 'AWS4-HMAC-SHA256 Credential=AKIAWITNESS/20130524/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0' }

/** Where moto's server is; undefined where there is none. */
export function motoServer(): string | undefined {
  const folders = [toolsFolder(), ...(process.env['PATH'] ?? '').split(delimiter)]
  return folders.map(folder => join(folder, 'moto_server')).find(file => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

export interface StrictS3Server {
  readonly endpoint: string
  /** The one bucket. */
  readonly bucket: string
  /** Of who may do anything there. */
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of who may only read. */
  readonly reader: { readonly accessKeyId: string; readonly secretAccessKey: string }
  close(): Promise<void>
}

/** Starts a server that checks every signature, as another implementation of it computes them. */
export async function startStrictS3(): Promise<StrictS3Server> {
  const { host, close } = await listening(motoServer() ?? '', ['-H', '127.0.0.1', '-p', '0'], { PYTHONUNBUFFERED: '1', INITIAL_NO_AUTH_ACTION_COUNT: '7' })
  const endpoint = `http://${host}`
  const answered = async (response: Response): Promise<string> => {
    const text = await response.text()
    if (!response.ok) throw new Error(`moto answers ${response.status}: ${text}`)
    return text
  }
  const iam = async (fields: Readonly<Record<string, string>>): Promise<string> =>
    answered(await fetch(endpoint, { method: 'POST', headers: { authorization: asOwner.authorization.replace('/s3/', '/iam/') }, body: new URLSearchParams({ Version: '2010-05-08', ...fields }) }))
  const user = async (UserName: string, Action: string | readonly string[]): Promise<StrictS3Server['reader']> => {
    await iam({ Action: 'CreateUser', UserName })
    const key = await iam({ Action: 'CreateAccessKey', UserName })
    await iam({ Action: 'PutUserPolicy', UserName, PolicyName: 'own', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }) })
    const of = (element: string): string => {
      const [, text] = new RegExp(`<${element}>([^<]+)<`).exec(key) ?? []
      if (text === undefined) throw new Error(`moto gives no ${element}: ${key}`)
      return text
    }
    return { accessKeyId: of('AccessKeyId'), secretAccessKey: of('SecretAccessKey') }
  }
  const [writer, reader] = [await user('release', 's3:*'), await user('reader', ['s3:GetObject', 's3:ListBucket'])]
  await answered(await fetch(`${endpoint}/strict`, { method: 'PUT', headers: asOwner }))
  return { endpoint, bucket: 'strict', ...writer, reader, close }
}

/** Starts a server of S3's protocol with these buckets, in memory. */
export async function startS3(...buckets: readonly string[]): Promise<S3Server> {
  const { host, close } = await listening(motoServer() ?? '', ['-H', '127.0.0.1', '-p', '0'], { PYTHONUNBUFFERED: '1' })
  const endpoint = `http://${host}`
  for (const bucket of buckets) await fetch(`${endpoint}/${bucket}`, { method: 'PUT', headers: asOwner })
  const count = async (path: string, element: string): Promise<readonly string[]> => [...(await (await fetch(`${endpoint}/${path}`, { headers: asOwner })).text()).matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, text = '']) => text)
  return {
    endpoint, close,
    keys: async bucket => (await count(`${bucket}?list-type=2`, 'Key')).map(key => decodeURIComponent(key)).sort(),
    pending: async bucket => (await count(`${bucket}?uploads`, 'UploadId')).length,
  }
}
