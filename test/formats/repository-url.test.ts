import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { repositoryUrl } from '../../lib/formats/repository-url.ts'

const forms: readonly (readonly [remote: string, url: string | undefined])[] = [
  ['https://host.example/user/app', 'https://host.example/user/app'],
  ['https://host.example/user/app.git', 'https://host.example/user/app'],
  ['https://host.example/user/app.git/', 'https://host.example/user/app'],
  ['https://me:secret@host.example/user/app.git', 'https://host.example/user/app'],
  ['https://host.example:8443/user/app.git?x#y', 'https://host.example:8443/user/app'],
  ['http://127.0.0.1:3000/user/app', 'http://127.0.0.1:3000/user/app'],
  ['git@host.example:user/app.git', 'https://host.example/user/app'],
  ['host.example:/user/app', 'https://host.example/user/app'],
  ['ssh://git@host.example/user/app.git', 'https://host.example/user/app'],
  ['ssh://git@host.example:2222/user/app.git', 'https://host.example/user/app'],
  ['git+ssh://git@host.example/user/app.git', 'https://host.example/user/app'],
  ['git+https://host.example/user/app.git', 'https://host.example/user/app'],
  ['git://host.example/user/app.git', 'https://host.example/user/app'],
  ['git@host.example:user/deep/app.github.git', 'https://host.example/user/deep/app.github'],
  ['', undefined],
  ['/srv/git/app.git', undefined],
  ['../app.git', undefined],
  ['file:///srv/git/app.git', undefined],
  ['C:\\git\\app', undefined],
  ['origin', undefined],
  ['javascript:alert(1)', undefined],
]

for (const [remote, url] of forms) test(`${JSON.stringify(remote)} is ${url}`, () => { assert.is(repositoryUrl(remote), url) })

test.run()
