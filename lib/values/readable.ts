/** Bytes for a person: `1.9 GiB`, `640 MiB`, `12 KiB`. */
export function readableBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let step = 0
  // What rounds to 1024 of one unit is one of the next.
  for (; Math.round(value) >= 1024 && step < units.length - 1; step += 1) value /= 1024
  return `${value < 9.95 && step > 0 ? value.toFixed(1) : Math.round(value)} ${units[step]}`
}

/** Milliseconds for a person: `0.4 s`, `12 s`, `3 min 5 s`. */
export function readableDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
