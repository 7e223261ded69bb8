import type { DemoContents } from '../../../../lib/formats/compose/demo-plan.ts'
import type { ReleasedImage } from '../../../../lib/values/released-image.ts'

/** A released image whose digest is one digit. */
export function sampleImage(distro: string, digit: string): ReleasedImage {
  return { distro, repository: 'ghcr.io/example/gateway', tag: `0.0.2-${distro}`, digest: `sha256:${digit.repeat(64)}`, platforms: ['linux/amd64'] }
}

/** A demo of three images, which were to be four, with a second service of the released image and one of another. */
export const sampleDemo: DemoContents = {
  title: 'gateway', version: '0.0.2', description: 'A small HTTP gateway', license: 'Apache-2.0', name: 'gateway',
  distros: ['static', 'alpine', 'ubuntu', 'ubi'], defaultDistro: 'static', main: 'gateway', path: '/healthz',
  images: [sampleImage('static', '1'), sampleImage('alpine', '2'), sampleImage('ubuntu', '3')],
  configs: [{ file: 'gateway.example.json', to: '/etc/gateway/gateway.json' }],
  services: {
    gateway: {
      command: ['serve', '--config', '/etc/gateway/gateway.json'], environment: { FLAG: 'yes', TIME: '12:30:45', PRICE: 'a $$', TWO: 2, FROM_HERE: null },
      ports: ['8080:8080', '127.0.0.1:9090:9090'], stop_grace_period: '25s', depends_on: { upstream: { condition: 'service_healthy' } },
      healthcheck: { test: ['CMD', '/usr/local/bin/gateway', 'health'], interval: '5s', timeout: '3s', start_period: '1s', retries: 3 },
    },
    upstream: { command: ['serve'], read_only: false, tmpfs: [] },
    cache: {
      image: `docker.io/library/cache@sha256:${'a'.repeat(64)}`, ports: ['${CACHE_ADDRESS:-127.0.0.1}:${CACHE_PORT:-6379}:6379', '53/udp'],
      volumes: ['cache:/data', { type: 'volume', source: 'more', target: '/more' }], depends_on: ['upstream'], labels: { 'org.example.note': 'it\'s: # "here"' },
    },
  },
}
