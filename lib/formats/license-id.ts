/** Phrases that only one license has, in its text with white space reduced to single blanks. */
const phrases: readonly (readonly [id: string, phrase: RegExp])[] = [
  ['Apache-2.0', /Apache License,? Version 2\.0, January 2004/i],
  ['MPL-2.0', /Mozilla Public License,? Version 2\.0/i],
  ['AGPL-3.0', /GNU AFFERO GENERAL PUBLIC LICENSE Version 3, 19 November 2007/i],
  ['LGPL-3.0', /GNU LESSER GENERAL PUBLIC LICENSE Version 3, 29 June 2007/i],
  ['LGPL-2.1', /GNU LESSER GENERAL PUBLIC LICENSE Version 2\.1, February 1999/i],
  ['GPL-3.0', /GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007/i],
  ['GPL-2.0', /GNU GENERAL PUBLIC LICENSE Version 2, June 1991/i],
  ['Unlicense', /This is free and unencumbered software released into the public domain/i],
  ['ISC', /Permission to use, copy, modify, and(?:\/or)? distribute this software .{0,99}granted, provided that the above copyright/i],
  ['MIT', /Permission is hereby granted, free of charge, to any person obtaining a copy .{0,600}above copyright notice/i],
  ['BSD', /Redistribution and use in source and binary forms, with or without modification/i],
]

/**
 * The SPDX identifier of a well-known license, told by its text; undefined for any other.
 * Where a file holds several, the first one counts: notices of others follow the project's own.
 */
export function licenseId(text: string): string | undefined {
  const plain = text.replaceAll(/[\s*#>]+/g, ' ')
  const found = phrases.map(([id, phrase]) => ({ id, index: plain.search(phrase) })).filter(({ index }) => index >= 0)
  const first = found.sort((a, b) => a.index - b.index)[0]
  return first?.id === 'BSD' ? berkeley(plain.slice(first.index)) : first?.id
}

/** The two forms differ by one clause; the old one about advertising is another license. */
function berkeley(text: string): string | undefined {
  if (/All advertising materials mentioning/i.test(text)) return undefined
  return /(?:used )?to endorse or promote products/i.test(text) ? 'BSD-3-Clause' : 'BSD-2-Clause'
}
