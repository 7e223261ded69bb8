import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createHash } from 'node:crypto'
import { encodeKey, signedHeaders } from '../../lib/clients/s3-signature.ts'

// The examples that Amazon publishes: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "Examples".
const credential = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const examples = [
  { name: 'get an object', method: 'GET', path: '/test.txt', headers: { Range: 'bytes=0-9' }, body: '', names: 'host;range;x-amz-content-sha256;x-amz-date', signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41' },
  {
    name: 'put an object', method: 'PUT', path: '/test$file.text', headers: { Date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }, body: 'Welcome to Amazon S3.',
    names: 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class', signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  { name: 'a query without a value', method: 'GET', path: '/?lifecycle', headers: {}, body: '', names: 'host;x-amz-content-sha256;x-amz-date', signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543' },
  { name: 'list objects', method: 'GET', path: '/?max-keys=2&prefix=J', headers: {}, body: '', names: 'host;x-amz-content-sha256;x-amz-date', signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7' },
] as const

for (const { name, method, path, headers, body, names, signature } of examples) {
  test(`Amazon's own example: ${name}`, () => {
    const payload = createHash('sha256').update(body).digest('hex')
    const signed = signedHeaders({ method, url: new URL(`https://examplebucket.s3.amazonaws.com${path}`), headers, payload, region: 'us-east-1', credential, time: Date.UTC(2013, 4, 24) })
    assert.is(signed['authorization'], `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${names},Signature=${signature}`)
    assert.equal([signed['x-amz-date'], signed['x-amz-content-sha256'], signed['host']], ['20130524T000000Z', payload, undefined])
  })
}

test('a session token is sent, and part of what is signed', () => {
  const sign = (sessionToken?: string) => signedHeaders({ method: 'GET', url: new URL('https://h.example/b'), headers: {}, payload: '', region: 'x', credential: { ...credential, sessionToken }, time: 0 })
  const signed = sign('session')
  assert.is(signed['x-amz-security-token'], 'session')
  assert.match(signed['authorization'] ?? '', /SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/)
  assert.not.equal(signed['authorization'], sign()['authorization'])
  assert.not('x-amz-security-token' in sign())
})

test('keys are encoded as S3 does it, and only once', () => {
  assert.is(encodeKey('a b+c!\'()*/ü~'), 'a%20b%2Bc%21%27%28%29%2A%2F%C3%BC~')
  const of = (path: string) => signedHeaders({ method: 'GET', url: new URL(`https://h.example${path}`), headers: {}, payload: '', region: 'x', credential, time: 0 })['authorization']
  assert.is(of('/a+b%21'), of('/a%2Bb!'))
})

test.run()
