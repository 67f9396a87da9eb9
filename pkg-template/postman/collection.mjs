// The Postman collection: the everyday requests of Duo's three APIs, signed by the script.

const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

const day = [
  [
    'mintime',
    '{{a_day_ago}}',
    'Milliseconds since 1970. The script of the collection sets a_day_ago.',
  ],
  ['maxtime', '{{now}}', 'Milliseconds since 1970. The script of the collection sets now.'],
];
const page = [
  ['limit', '100', 'Records in a page.'],
  ['offset', '0', 'Where to start: metadata.next_offset of the answer before.'],
];
const nextPage = [
  ['limit', '100', 'Records in a page, 1000 at most.'],
  [
    'next_offset',
    '{{next_offset}}',
    'From the answer before, its values joined by a comma. Off for the first page.',
    true,
  ],
];

/** Folder by folder: name, method, path, parameters, what it is for. A body is a parameter object. */
const folders = [
  [
    'Auth API',
    'For an application of the type "Auth API" (or "Partner Auth API").',
    [
      ['Ping', 'GET', '/auth/v2/ping', [], 'Is Duo there? Needs no signature.'],
      ['Check', 'GET', '/auth/v2/check', [], 'Are keys, host and clock right? Try this first.'],
      [
        'Preauth',
        'POST',
        '/auth/v2/preauth',
        { username: '{{username}}' },
        'May the user log in, and with which factors?',
      ],
      [
        'Auth: push',
        'POST',
        '/auth/v2/auth',
        { username: '{{username}}', factor: 'push', device: 'auto', async: '1' },
        'Sends a push, and gives a txid at once.',
      ],
      [
        'Auth: passcode',
        'POST',
        '/auth/v2/auth',
        { username: '{{username}}', factor: 'passcode', passcode: '{{passcode}}' },
        'Checks a passcode.',
      ],
      [
        'Auth status',
        'GET',
        '/auth/v2/auth_status',
        [['txid', '{{txid}}', 'From the answer of "Auth: push".']],
        'What became of an asynchronous authentication.',
      ],
      [
        'Enroll',
        'POST',
        '/auth/v2/enroll',
        { username: '{{username}}', valid_secs: '3600' },
        'Makes a user, and gives an activation code.',
      ],
      [
        'Enroll status',
        'POST',
        '/auth/v2/enroll_status',
        { user_id: '{{user_id}}', activation_code: '{{activation_code}}' },
        'Whether the user has enrolled.',
      ],
      ['Logo', 'GET', '/auth/v2/logo', [], 'The logo of the account, a PNG.'],
    ],
  ],
  [
    'Admin API: users, groups, phones',
    'For an application of the type "Admin API", with the permissions that each request needs.',
    [
      ['List users', 'GET', '/admin/v1/users', page, 'All users, page by page.'],
      [
        'Find a user',
        'GET',
        '/admin/v1/users',
        [['username', '{{username}}', 'The name or an alias.']],
        'The user of this name.',
      ],
      ['Get a user', 'GET', '/admin/v1/users/:user_id', [], 'One user by ID.'],
      [
        'Create a user',
        'POST',
        '/admin/v1/users',
        { username: '{{username}}', realname: 'Nancy Arroway', email: 'nancy@example.com' },
        'Makes a user.',
      ],
      [
        'Modify a user',
        'POST',
        '/admin/v1/users/:user_id',
        { status: 'active', notes: 'Set from Postman' },
        'Changes fields of a user.',
      ],
      ['Delete a user', 'DELETE', '/admin/v1/users/:user_id', [], 'Deletes a user.'],
      [
        'Bypass codes for a user',
        'POST',
        '/admin/v1/users/:user_id/bypass_codes',
        { count: '1', valid_secs: '3600' },
        'Makes bypass codes.',
      ],
      [
        'Groups of a user',
        'GET',
        '/admin/v1/users/:user_id/groups',
        page,
        'The groups a user is in.',
      ],
      [
        'Put a user into a group',
        'POST',
        '/admin/v1/users/:user_id/groups',
        { group_id: '{{group_id}}' },
        'Adds a membership.',
      ],
      ['List groups', 'GET', '/admin/v1/groups', page, 'All groups, page by page.'],
      [
        'Create a group',
        'POST',
        '/admin/v1/groups',
        { name: 'Postman', desc: 'Made from Postman' },
        'Makes a group.',
      ],
      ['Delete a group', 'DELETE', '/admin/v1/groups/:group_id', [], 'Deletes a group.'],
      ['List phones', 'GET', '/admin/v1/phones', page, 'All phones, page by page.'],
      [
        'Create a phone',
        'POST',
        '/admin/v1/phones',
        { number: '+15555550100', type: 'mobile', platform: 'generic smartphone' },
        'Makes a phone.',
      ],
      ['Delete a phone', 'DELETE', '/admin/v1/phones/:phone_id', [], 'Deletes a phone.'],
      ['List hardware tokens', 'GET', '/admin/v1/tokens', page, 'All tokens, page by page.'],
    ],
  ],
  [
    'Admin API: logs',
    'Needs "Grant read log". The script of the collection sets a_day_ago and now.',
    [
      [
        'Authentication logs',
        'GET',
        '/admin/v2/logs/authentication',
        [...day, ...nextPage],
        'Who authenticated, how, and with which result.',
      ],
      [
        'Refused authentications',
        'GET',
        '/admin/v2/logs/authentication',
        [...day, ['results', 'denied', 'denied, success or fraud.'], ...nextPage],
        'Only those that were refused.',
      ],
      [
        'Activity logs',
        'GET',
        '/admin/v2/logs/activity',
        [...day, ...nextPage],
        'What administrators and users changed.',
      ],
      [
        'Telephony logs',
        'GET',
        '/admin/v2/logs/telephony',
        [...day, ...nextPage],
        'Calls and messages.',
      ],
      [
        'Administrator logs',
        'GET',
        '/admin/v1/logs/administrator',
        [['mintime', '0', 'Seconds since 1970, in version 1.']],
        'The older log of administrators.',
      ],
      [
        'Trust Monitor events',
        'GET',
        '/admin/v1/trust_monitor/events',
        [...day, ['limit', '50', 'Events in a page.']],
        'What Trust Monitor found.',
      ],
    ],
  ],
  [
    'Admin API: account',
    'For an application of the type "Admin API".',
    [
      [
        'Account summary',
        'GET',
        '/admin/v1/info/summary',
        [],
        'How many users, administrators, integrations.',
      ],
      ['Settings', 'GET', '/admin/v1/settings', [], 'The settings of the account.'],
      ['List policies', 'GET', '/admin/v2/policies', page, 'All policies, page by page.'],
      ['Get a policy', 'GET', '/admin/v2/policies/:policy_key', [], 'One policy.'],
      [
        'Create a policy',
        'POST',
        '/admin/v2/policies',
        {
          policy_name: 'Made from Postman',
          sections: { new_user: { new_user_behavior: 'enroll' } },
        },
        'Makes a policy; its body is nested JSON.',
      ],
      [
        'List integrations',
        'GET',
        '/admin/v3/integrations',
        page,
        'All integrations, page by page.',
      ],
      ['List administrators', 'GET', '/admin/v1/admins', page, 'All administrators, page by page.'],
    ],
  ],
  [
    'Accounts API',
    'For an application of the type "Accounts API" of a parent account. To manage a child account with the Admin API, set apihost to its api_hostname and add account_id to the parameters.',
    [
      [
        'List child accounts',
        'POST',
        '/accounts/v1/account/list',
        {},
        'Each with account_id and api_hostname.',
      ],
      [
        'Create a child account',
        'POST',
        '/accounts/v1/account/create',
        { name: 'Made from Postman' },
        'Makes a child account.',
      ],
      [
        'Delete a child account',
        'POST',
        '/accounts/v1/account/delete',
        { account_id: '{{account_id}}' },
        'Deletes it, for good.',
      ],
      [
        'Users of a child account',
        'GET',
        '/admin/v1/users',
        [['account_id', '{{account_id}}', 'The child account.'], ...page],
        'Set apihost to the host of the child.',
      ],
    ],
  ],
];

const answers = {
  40101:
    'There was no signature: is the script in place, and Authorization set to "No Auth" or "Inherit"?',
  40102:
    'Duo does not know this integration key here: ikey and apihost must be of one application, and of the type that the path needs (/auth, /admin or /accounts).',
  40103:
    'Duo computed another signature. The script signs what is sent, so that skey is left: copy it again, from the application that ikey belongs to. Or a script that runs later, or a proxy, changes the request.',
  40104: 'The date did not arrive: does a proxy remove the header Date?',
  40105: 'The date is more than five minutes off: set the clock of this machine.',
  40301:
    'The signature is correct. The application lacks a permission ("Grant …" in the Duo Admin Panel), is of another type than the path needs, or does not allow this address.',
  42901: 'Too many requests: wait a minute.',
};

const testScript = `const hints = ${JSON.stringify(answers, null, 2)};

pm.test('Duo accepts the request', () => {
  const type = pm.response.headers.get('Content-Type') || '';
  if (pm.response.code === 200 && !type.includes('json')) return;
  const { stat, code, message, message_detail: detail } = pm.response.json();
  const hint = hints[code] || '';
  pm.expect(stat, [code, message, detail, hint].filter(Boolean).join(' — ')).to.equal('OK');
});`;

const dayScript = `// For the logs: the last day.
const now = Date.now();
pm.variables.set('a_day_ago', String(now - 86400000));
pm.variables.set('now', String(now));`;

const event = (listen, script) => ({
  listen,
  script: { type: 'text/javascript', exec: script.split('\n') },
});

function request([name, method, path, params, description]) {
  const segments = path.slice(1).split('/');
  const query = Array.isArray(params) ? params : [];
  const text = query.filter(([, , , off]) => !off).map(([key, value]) => `${key}=${value}`);
  const ids = segments.filter((it) => it.startsWith(':')).map((it) => it.slice(1));
  return {
    name,
    request: {
      method,
      description,
      header: [],
      url: {
        raw: `https://{{apihost}}${path}${text.length > 0 ? `?${text.join('&')}` : ''}`,
        protocol: 'https',
        host: ['{{apihost}}'],
        path: segments,
        query: query.map(([key, value, description, disabled = false]) => ({
          key,
          value,
          description,
          disabled,
        })),
        variable: ids.map((key) => ({ key, value: `{{${key}}}` })),
      },
      ...(!Array.isArray(params) && {
        body: {
          mode: 'raw',
          raw: JSON.stringify(params, null, 2),
          options: { raw: { language: 'json' } },
        },
      }),
    },
  };
}

export const collection = (script) => ({
  info: {
    name: 'Duo APIs, signed by duo-sign',
    description:
      'Requests of the Duo Auth, Admin and Accounts APIs. The pre-request script of this collection signs them: set ikey, skey and apihost in an environment. Requests about one user, group or phone need its ID in a variable; the script says which. Send them one by one: some make or delete things.',
    schema,
  },
  auth: { type: 'noauth' },
  event: [event('prerequest', `${dayScript}\n\n${script}`), event('test', testScript)],
  item: folders.map(([name, description, requests]) => ({
    name,
    description,
    item: requests.map(request),
  })),
});

export const environment = {
  name: 'Duo application',
  values: [
    ['ikey', 'default', 'DIXXXXXXXXXXXXXXXXXX'],
    ['skey', 'secret', ''],
    ['apihost', 'default', 'api-xxxxxxxx.duosecurity.com'],
    ['duo_debug', 'default', 'false'],
  ].map(([key, type, value]) => ({ key, value, type, enabled: true })),
  _postman_variable_scope: 'environment',
};
