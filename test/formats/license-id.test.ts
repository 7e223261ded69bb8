import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { licenseId } from '../../lib/formats/license-id.ts'

const bsd = `Copyright (c) 2024 Someone

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice.
2. Redistributions in binary form must reproduce the above copyright notice.
`
const mit = `MIT License

Copyright (c) 2024 Someone

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.
`

const cases: readonly (readonly [name: string, text: string, id: string | undefined])[] = [
  ['MIT', mit, 'MIT'],
  ['MIT in the words of a comment', mit.replaceAll('\n', '\n * '), 'MIT'],
  ['MIT without its condition is another license', mit.slice(0, mit.indexOf('The above')), undefined],
  ['BSD with two clauses', bsd, 'BSD-2-Clause'],
  ['BSD with three clauses', `${bsd}3. Neither the name of the holder nor the names of its contributors may be used to endorse or promote\nproducts`, 'BSD-3-Clause'],
  ['BSD with the clause about advertising', `${bsd}3. All advertising materials mentioning features`, undefined],
  ['ISC', 'Permission to use, copy, modify, and/or distribute this software for any\npurpose with or without fee is hereby granted, provided that the above\ncopyright notice', 'ISC'],
  ['ISC without its condition is another license', 'Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted.', undefined],
  ['Unlicense', 'This is free and unencumbered software released into the public domain.', 'Unlicense'],
  ['Apache', readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8'), 'Apache-2.0'],
  ['MPL', 'Mozilla Public License Version 2.0\n==================================\n', 'MPL-2.0'],
  ['GPL, which names the others at its end', '   GNU GENERAL PUBLIC LICENSE\n      Version 3, 29 June 2007\n ... GNU Lesser General Public License ... GNU Affero General Public License', 'GPL-3.0'],
  ['LGPL', '  GNU LESSER GENERAL PUBLIC LICENSE\n   Version 3, 29 June 2007\n', 'LGPL-3.0'],
  ['AGPL', '  GNU AFFERO GENERAL PUBLIC LICENSE\n   Version 3, 19 November 2007\n', 'AGPL-3.0'],
  ['the first of several', `${mit}\n\nThis product has parts under the\n${bsd}`, 'MIT'],
  ['something of one\'s own', 'You may use this on Sundays.', undefined],
]

for (const [name, text, id] of cases) test(name, () => assert.is(licenseId(text), id))

test.run()
