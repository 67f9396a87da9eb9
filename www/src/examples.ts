// A refused request for each common cause, with the keys that Duo's documentation prints.

import type { CauseId } from 'duo-sign/diagnose';
import { exampleKeys } from './keys.js';
import { example } from './sign.js';

interface Example {
  readonly cause: CauseId;
  readonly title: string;
  readonly path: string;
  readonly signature: string;
  /** Other than that of the others; empty for none. */
  readonly date?: string;
  readonly ikey?: string;
  /** The parameters that were meant. */
  readonly meant?: string;
  /** Duo's code, when it is not 40103. */
  readonly answer?: string;
  /** When Duo answered. */
  readonly answered?: string;
}

/** Of `GET /admin/v1/users?limit=10` at the date below. */
const right =
  'e0a30433a9ce82283beeb1213b1810d755c91f64405de50b86876fdb68595195f4c66960cb595b7da87610532fb29084c14d4fd046b41a1f81c2127214fd4a01';

export const examples: readonly Example[] = [
  {
    cause: 'param-location',
    title: 'The query is not in the URL',
    path: '/admin/v1/users',
    meant: 'username=root&realname=First+Last',
    signature:
      'e715daf5d2516c04ef010e739c04db9bbada17804fc5ff0e642c5c761d346b8b370a6388c63c1db1687d22fe4d97da0a0a59e0b68597b86e0044226cfdfe4cc4',
  },
  {
    cause: 'param-order',
    title: 'The parameters are not sorted',
    path: '/admin/v1/users?username=root&realname=First%20Last',
    signature:
      '92666e562934234d4b2f8901113696d2f7909b671c3d455c465afe10a6f3d40f2fa6a19478a51fe22199dc7d68f3df88d371b8e8be055972d3e3fab07f307611',
  },
  {
    cause: 'param-encoding',
    title: 'A space is signed as +',
    path: '/admin/v1/users?username=root&realname=First%20Last',
    signature:
      'dc0ce1765cd7bfbda055862ba3b97891b9767d7fbf3dd8e027d483a51a201e69f5dab1588bab83933be64d7a802a4300fd0700b64c67f166a60f3d8f094e2d0e',
  },
  {
    cause: 'param-set',
    title: 'A parameter is not signed',
    path: '/admin/v1/users?limit=10&offset=0',
    signature: right,
  },
  {
    cause: 'date-mismatch',
    title: 'The date is made twice',
    path: '/admin/v1/users?limit=10',
    date: 'Tue, 21 Aug 2012 17:29:19 -0000',
    signature: right,
  },
  {
    cause: 'host',
    title: 'The host is signed with https://',
    path: '/admin/v1/users?limit=10',
    signature:
      '07ec6d6ffc7d8a9b44bea75833f81a963613f8ae1f8cc1186a93e3bb817439b6a7071455f28be0fd5a6eef2670c422c05448fc20d698c9035d4f982a67031fbb',
  },
  {
    cause: 'path',
    title: 'The path is signed without its first slash',
    path: '/admin/v1/users?limit=10',
    signature:
      'bb6e61c03f4be6a74f9230f4a05625f0136b5e678938f4c953487c9c00fada6c97ab7d55e2334d6ef21cae6ce9e83d63f13c617d578e8d19990e3178dc7ab129',
  },
  {
    cause: 'method',
    title: 'The method is signed in lower case',
    path: '/admin/v1/users?limit=10',
    signature:
      '9ebb1ffe4d6c74b36c95823d8578a0835d2553949442b9808f0fc06dd18c39917f22ffa505dd3db7c074de3f91e3974d5c66ee624fc84e0bd7621a6c8f80b24e',
  },
  {
    cause: 'canonical-lines',
    title: 'The lines are joined by CRLF',
    path: '/admin/v1/users?limit=10',
    signature:
      '1ddb2676e0703b42201b2ab4c7556ae7ef583d5df33ec08da4c158ee30a4aa3bf852cdd8d1dabed2d356022472642afd386b984b7014f569a220222cab34a2fc',
  },
  {
    cause: 'signature-version',
    title: 'Version 5 is signed with SHA-1',
    path: '/admin/v1/users?limit=10',
    signature: '9b235328b825e29f8d5b743f87d675f2b9e91478',
  },
  {
    cause: 'output-form',
    title: 'The signature is in capital letters',
    path: '/admin/v1/users?limit=10',
    signature:
      'E0A30433A9CE82283BEEB1213B1810D755C91F64405DE50B86876FDB68595195F4C66960CB595B7DA87610532FB29084C14D4FD046B41A1F81C2127214FD4A01',
  },
  {
    cause: 'key-form',
    title: 'The key ends with a line break',
    path: '/admin/v1/users?limit=10',
    signature:
      '67dcab0723cf402220f579cf768a5087a8f6e1636c9154c78c8f5c3835d6da148447dbc4461f2bed00b0515f4c3f8987e66e37cc7997ca993b3152dd3dede0c9',
  },
  {
    cause: 'secret-key',
    title: 'Another secret key',
    path: '/admin/v1/users',
    signature:
      'ec89195938ce8a99ea2c7c4639c9ef4a0e050791fdbbf10920bfd4b264cb0716b48325323a15c9776ff296b28b91bf548a08b99f3c3b1636eed87fae4e759498',
  },
  {
    cause: 'static-credentials',
    title: 'The secret key itself is sent',
    path: '/admin/v1/users?limit=10',
    signature: exampleKeys.skey,
  },
  {
    cause: 'integration-key',
    title: 'Another integration key',
    path: '/admin/v1/users?limit=10',
    ikey: 'DIXXXXXXXXXXXXXXXXXX',
    signature: right,
  },
  {
    cause: 'clock',
    title: 'The clock is wrong',
    path: '/admin/v1/users?limit=10',
    answer: '40104',
    answered: 'Tue, 21 Aug 2012 18:29:18 GMT',
    signature: right,
  },
  {
    cause: 'missing-date',
    title: 'No date is sent',
    path: '/admin/v1/users?limit=10',
    date: '',
    signature: right,
  },
];

/** What the fields have for an example. */
export function textsOf(it: Example): { [id: string]: string } {
  const { ikey = exampleKeys.ikey, date = 'Tue, 21 Aug 2012 17:29:18 -0000' } = it;
  const headers = [
    ...(date ? [`Date: ${date}`] : []),
    `Authorization: Basic ${btoa(`${ikey}:${it.signature}`)}`,
  ];
  return {
    paste: [`curl 'https://${example.host}${it.path}'`, ...headers.map((h) => `-H '${h}'`)].join(
      ' \\\n  ',
    ),
    'meant-params': it.meant ?? '',
    answer: it.answer ?? '40103',
    'answer-date': it.answered ?? '',
  };
}
