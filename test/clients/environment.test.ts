import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fixedEnvironment } from '../../lib/clients/environment.ts'

const fixed = { LC_ALL: 'C', TZ: 'UTC' }

test('keeps what programs need to run and to reach the network', () => {
  const kept = {
    PATH: '/bin', HOME: '/home/me', TMPDIR: '/scratch', https_proxy: 'http://proxy:1', SSL_CERT_FILE: '/ca.pem',
  }
  assert.equal(fixedEnvironment(kept, 'linux'), { ...kept, ...fixed })
})

test('drops what could change what is made', () => {
  const dropped = {
    GOFLAGS: '-mod=mod', GOOS: 'plan9', GIT_DIR: '/elsewhere', GITHUB_TOKEN: 'secret', LANG: 'de_DE.UTF-8',
    SOURCE_DATE_EPOCH: '1', Path: 'not the path', LC_ALL: 'de_DE.UTF-8', TZ: 'Asia/Tokyo',
  }
  assert.equal(fixedEnvironment(dropped, 'linux'), fixed)
})

test('knows the names of Windows in any case', () => {
  const kept = { Path: 'C:\\Windows', SYSTEMROOT: 'C:\\Windows', PathExt: '.EXE', Temp: 'C:\\Temp' }
  assert.equal(fixedEnvironment({ ...kept, GOFLAGS: '-x' }, 'win32'), { ...kept, ...fixed })
})

test('leaves out what is not set', () => {
  assert.equal(fixedEnvironment({ PATH: '/bin', HOME: undefined }, 'darwin'), { PATH: '/bin', ...fixed })
})

test.run()
